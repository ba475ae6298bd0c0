"""Tokens, transactions and passwords of the back office, in memory, for both OCPP versions."""

import itertools
from dataclasses import dataclass
from typing import Optional


@dataclass
class Token:
    status: str
    group_id: Optional[str] = None


class Books:
    def __init__(self):
        self._tokens = {}
        self._open = {}
        self._ids = itertools.count(1)
        self.passwords = {}
        # Signs the certificates of stations, where there is one.
        self.authority = None

    def add(self, token_id, status, group_id=None):
        """Tokens are case-insensitive."""
        self._tokens[token_id.lower()] = Token(status, group_id)

    def find(self, token_id):
        return self._tokens.get(token_id.lower())

    def next_id(self):
        """1.6: this CSMS hands out the ids; they are unique over all stations."""
        return next(self._ids)

    def start(self, station, transaction_id, token_id):
        """Opens the transaction, or gives an open one its token; the token that it began with stays."""
        begun_with = self._open.get((station, transaction_id))
        self._open[(station, transaction_id)] = begun_with or (token_id and token_id.lower())

    def stop(self, station, transaction_id):
        self._open.pop((station, transaction_id), None)

    def is_busy(self, token_id, station, transaction_id):
        """Whether the token is in a transaction already, other than the one named."""
        return any(
            begun_with == token_id.lower() and at != (station, transaction_id) for at, begun_with in self._open.items()
        )
