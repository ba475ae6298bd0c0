"""The device model of the 2.0.1 charger on PyPI `ocpp`."""

import re

from station16 import now

NUMBER = r"\d{1,9}"
BOOLEAN = r"(?i:true|false)"
MEASURANDS = r"(Energy\.Active\.Import\.Register|)"
REGISTER = "Energy.Active.Import.Register"

# Component: variable, data type, value, what it takes (what takes nothing can only be read), members of a list.
MODEL = {
    "OCPPCommCtrlr": [
        ("HeartbeatInterval", "integer", "900", NUMBER),
        ("MessageAttemptInterval/TransactionEvent", "integer", "2", NUMBER),
        ("MessageAttempts/TransactionEvent", "integer", "5", NUMBER),
        ("MessageTimeout/Default", "integer", "30", None),
        ("NetworkConfigurationPriority", "SequenceList", "0", r"0", "0"),
        ("NetworkProfileConnectionAttempts", "integer", "5", NUMBER),
        ("OfflineThreshold", "integer", "120", NUMBER),
        ("FileTransferProtocols", "MemberList", "HTTP", None, "HTTP"),
        ("ResetRetries", "integer", "3", NUMBER),
        ("RetryBackOffRandomRange", "integer", "0", NUMBER),
        ("RetryBackOffRepeatTimes", "integer", "1", NUMBER),
        ("RetryBackOffWaitMinimum", "integer", "1", NUMBER),
        ("UnlockOnEVSideDisconnect", "boolean", "true", None),
        ("WebSocketPingInterval", "integer", "20", NUMBER),
    ],
    "AuthCtrlr": [
        ("AuthorizeRemoteStart", "boolean", "false", None),
        ("LocalAuthorizeOffline", "boolean", "false", BOOLEAN),
        ("LocalPreAuthorize", "boolean", "false", BOOLEAN),
        ("OfflineTxForUnknownIdEnabled", "boolean", "false", None),
    ],
    "TxCtrlr": [
        ("EVConnectionTimeOut", "integer", "45", NUMBER),
        ("StopTxOnEVSideDisconnect", "boolean", "true", None),
        ("StopTxOnInvalidId", "boolean", "true", BOOLEAN),
        ("TxStartPoint", "MemberList", "EVConnected", None, "EVConnected"),
        ("TxStopPoint", "MemberList", "EVConnected", None, "EVConnected"),
    ],
    "DeviceDataCtrlr": [
        ("BytesPerMessage/GetReport", "integer", "8000", None),
        ("BytesPerMessage/GetVariables", "integer", "8000", None),
        ("BytesPerMessage/SetVariables", "integer", "8000", None),
        ("ItemsPerMessage/GetReport", "integer", "20", None),
        ("ItemsPerMessage/GetVariables", "integer", "20", None),
        ("ItemsPerMessage/SetVariables", "integer", "20", None),
    ],
    "SampledDataCtrlr": [
        ("TxStartedMeasurands", "MemberList", REGISTER, MEASURANDS, REGISTER),
        ("TxUpdatedMeasurands", "MemberList", REGISTER, MEASURANDS, REGISTER),
        ("TxUpdatedInterval", "integer", "30", NUMBER),
        ("TxEndedMeasurands", "MemberList", REGISTER, MEASURANDS, REGISTER),
        ("TxEndedInterval", "integer", "0", NUMBER),
    ],
    "AlignedDataCtrlr": [
        ("Measurands", "MemberList", REGISTER, MEASURANDS, REGISTER),
        ("Interval", "integer", "0", NUMBER),
        ("TxEndedMeasurands", "MemberList", REGISTER, MEASURANDS, REGISTER),
        ("TxEndedInterval", "integer", "0", NUMBER),
    ],
    "ClockCtrlr": [
        ("DateTime", "dateTime", "", None),
        ("TimeSource", "SequenceList", "Heartbeat", None, "Heartbeat"),
    ],
    "SecurityCtrlr": [
        ("BasicAuthPassword", "string", "", r".{16,40}"),
        ("CertificateEntries", "integer", "0", None),
        ("Identity", "string", "CP01", None),
        ("OrganizationName", "string", "plugproof", r".{1,40}"),
        ("SecurityProfile", "integer", "1", None),
    ],
}

STATES = "Available,Occupied,Unavailable,Faulted"
MODEL["ChargingStation"] = [
    ("AvailabilityState", "OptionList", "Available", None, STATES),
    ("Available", "boolean", "true", None),
    ("SupplyPhases", "integer", "1", None),
]
# Two EVSEs, each with one connector, all alike.
MODEL["EVSE"] = [
    ("AvailabilityState", "OptionList", "Available", None, STATES),
    ("Available", "boolean", "true", None),
    ("Power", "decimal", "3680", None),
    ("SupplyPhases", "integer", "1", None),
]
MODEL["Connector"] = [
    ("Available", "boolean", "true", None),
    ("ConnectorType", "string", "sType2", None),
    ("SupplyPhases", "integer", "1", None),
]
PLACES = {
    "EVSE": [{"id": 1}, {"id": 2}],
    "Connector": [{"id": 1, "connector_id": 1}, {"id": 2, "connector_id": 1}],
}

WRITE_ONLY = ("SecurityCtrlr", "BasicAuthPassword")


class Variables:
    def __init__(self):
        self.rows = {}
        for component, rows in MODEL.items():
            for full, data_type, value, takes, *members in rows:
                self.rows[component, full] = {"type": data_type, "value": value, "takes": takes, "members": members}

    def __getitem__(self, key):
        return now() if key == ("ClockCtrlr", "DateTime") else self.rows[key]["value"]

    def find(self, item):
        """The key of what a request names, or the status that says why there is none."""
        component, variable = item["component"]["name"], item["variable"]
        evse = item["component"].get("evse")
        if evse and evse["id"] not in (1, 2):
            return None, "UnknownComponent"
        full = variable["name"] + (f"/{variable['instance']}" if variable.get("instance") else "")
        if (component, full) in self.rows:
            if item.get("attribute_type", "Actual") != "Actual":
                return None, "NotSupportedAttributeType"
            return (component, full), None
        return None, "UnknownVariable" if component in MODEL else "UnknownComponent"

    def answer(self, item, status, **more):
        head = {name: item[name] for name in ("component", "variable", "attribute_type") if name in item}
        return {**head, "attribute_status": status, **more}

    def get(self, item):
        key, why = self.find(item)
        if key is None:
            return self.answer(item, why)
        if key == WRITE_ONLY:
            return self.answer(item, "Rejected")
        return self.answer(item, "Accepted", attribute_value=self[key])

    def set(self, item):
        key, why = self.find(item)
        if key is None:
            return self.answer(item, why)
        takes, value = self.rows[key]["takes"], item["attribute_value"]
        if takes is None or not re.fullmatch(takes, value):
            return self.answer(item, "Rejected")
        self.rows[key]["value"] = value
        return self.answer(item, "Accepted")

    def report(self, whole):
        data = []
        for (component, full), row in self.rows.items():
            if not whole and row["takes"] is None:
                continue
            name, _, instance = full.partition("/")
            secret = (component, full) == WRITE_ONLY
            access = "WriteOnly" if secret else "ReadWrite" if row["takes"] else "ReadOnly"
            for place in PLACES.get(component, [None]):
                data.append(
                    {
                        "component": {"name": component, **({"evse": place} if place else {})},
                        "variable": {"name": name, **({"instance": instance} if instance else {})},
                        "variable_attribute": [
                            {"mutability": access, **({} if secret else {"value": self[component, full]})}
                        ],
                        "variable_characteristics": {
                            "data_type": row["type"],
                            "supports_monitoring": False,
                            **({"values_list": row["members"][0]} if row["members"] else {}),
                            **({"unit": "W", "max_limit": 3680} if full == "Power" else {}),
                        },
                    }
                )
        return data
