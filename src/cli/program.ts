/** Every command and its options; what a command does is loaded only when it is called. */
import { Command } from 'commander';
import { plugproofVersion } from '../version.ts';
import { reportKindsHelp } from './report-option.ts';

const EXIT_CODES = `
Exit codes:
  0    conforms, or thresholds met
  1    does not conform, or a stale baseline entry
  2    usage or configuration: the message names file, line and column
  3    could not judge: the system is unreachable, cases are inconclusive, an engine is missing
  4    a load threshold was crossed, or had no data
  70   a defect of plugproof
  130  stopped by SIGINT, 143 by SIGTERM; the partial report is written`;

type SetExit = (code: number) => void;
type Options = Readonly<Record<string, unknown>>;

/** @param exit told the exit code of the command that ran */
export function makeProgram(exit: SetExit): Command {
  const program = new Command('plugproof')
    .description('Proves that an EV charging back office (CSMS) or a charger speaks OCPP as the standard says.')
    .version(plugproofVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText(
      'after',
      `
An option that ends in … takes several values, or is repeated.

Start here:
  $ plugproof demo
  $ plugproof test csms --url ws://localhost:8180/ocpp --ocpp 1.6 --id CP01
  $ plugproof serve csms
${EXIT_CODES}`,
    );
  addDemo(program, exit);
  addTest(program, exit);
  addLoad(program, exit);
  addServe(program, exit);
  addLooking(program, exit);
  addFiles(program, exit);
  return program;
}

/** A sub-command whose help ends with the exit codes. */
function command(parent: Command, usage: string, says: string): Command {
  return parent
    .command(usage)
    .description(says)
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES);
}

function addDemo(program: Command, exit: SetExit): void {
  command(program, 'demo', 'judge the embedded reference systems: no arguments, no network, no set-up')
    .option('--out <DIR>', 'run folder')
    .option('--quiet', 'verdicts only')
    .action(async (options: Options) => exit(await (await import('./commands/demo.ts')).demo(options)));
}

function addTest(program: Command, exit: SetExit): void {
  const test = command(program, 'test', 'judge a CSMS or a charging station');
  const role = (name: 'csms' | 'station', says: string, example: string) =>
    withTestOptions(command(test, name, says))
      .addHelpText('before', `Example:\n  $ ${example}\n`)
      .action(async (options: Options) => exit(await (await import('./commands/test.ts')).test(name, options)));
  role(
    'csms',
    'judge a back office: plugproof plays the charging stations',
    'plugproof test csms --url ws://localhost:8180/ocpp --ocpp 1.6 --id CP{01..08}',
  )
    .option('--url <URL>', 'endpoint of the CSMS, without the identity: ws[s]://HOST:PORT/PATH')
    .option('--driver <NAME|FILE>', 'makes the CSMS send: reference, octt-trigger, http, command, steve, prompt, none')
    .option('--driver-url <URL>', "where the driver's control API is");
  role(
    'station',
    'judge a charging station: plugproof plays the back office and awaits it',
    'plugproof test station --listen 0.0.0.0:9000 --ocpp 1.6 --actuator prompt',
  )
    .option('--listen <[HOST:]PORT>', 'where the station is to connect; port 0 for any')
    .option('--actuator <NAME>', 'hands at the station: reference, sut-api, http, command, prompt, none')
    .option('--actuator-url <URL>', "where the actuator's control API is");
}

/** Who plugproof is to the system, and how it proves it. */
function withAccessOptions(access: Command): Command {
  return access
    .option('-c, --config <FILE>', 'default: plugproof.yaml, from here up to the repository root')
    .option('--ocpp <VERSION...>', '1.6, 2.0.1 or 2.1')
    .option('--id <ID...>', 'station identity, or a range such as CP{01..32}')
    .option('--security-profile <N...>', '0 (1.6 only), 1, 2 or 3')
    .option('--password <TEXT>', 'basic authentication; hex:… for the bytes of a 1.6 key')
    .option('--ca <FILE>', 'PEM of the CAs to trust')
    .option('--cert <FILE>', 'PEM, client certificate for security profile 3')
    .option('--key <FILE>', 'PEM, its key')
    .option('--ca-key <FILE>', 'PEM, key of the CA: lets plugproof make certificates, good and bad')
    .option('--client-ca <FILE>', 'PEM of the CA that signs certificates of stations; default: --ca')
    .option('--client-ca-key <FILE>', 'PEM, its key')
    .option('--edition <NAME>', 'of the 1.6 security whitepaper: wp3 or wp4; default: wp3');
}

function withTestOptions(test: Command): Command {
  return withAccessOptions(test)
    .option('--case <PATTERN...>', 'case id, certification id or glob')
    .option('--suite <PATTERN...>', 'suite or glob')
    .option('--skip <PATTERN...>', 'what not to run')
    .option('--profile <NAME...>', 'certification profile: core, advanced-security, smart-charging, …')
    .option('--jobs <N>', 'cases at a time; default: as many as identities, at most 16')
    .option('--strict', 'SHOULD counts as SHALL')
    .option('--sample <N|all>', 'messages that each case of security/payloads sends; default: 40')
    .option('--i-own-this-system', 'look for weaknesses although it is not on this machine: it may come to harm')
    .option('--baseline <FILE>', 'known failures with their reasons')
    .option('--seed <N>', 'makes random choices repeatable')
    .option('--timeout <DURATION>', 'how long an answer may take, such as 30s')
    .option('--schemas <DIR>', 'your own copy of the official JSON schemas')
    .option('--out <DIR>', 'run folder')
    .option('--report <KIND...>', `${reportKindsHelp}; KIND=FILE names the file`)
    .option('--dry-run', 'print the plan, send nothing')
    .option('--quiet', 'verdicts only');
}

function addLoad(program: Command, exit: SetExit): void {
  withAccessOptions(command(program, 'load', 'put a fleet of charging stations on a back office, and measure honestly'))
    .addHelpText(
      'before',
      'Example:\n  $ plugproof load --url ws://localhost:8180/ocpp --ocpp 1.6 --workload heartbeats --stations 1000 --rate 200 --duration 60s\n',
    )
    .argument('[workload]', "a workload file (YAML), or one of 'plugproof list workloads'; or: export DIR")
    .argument('[dir]', 'of export: where the k6 script of the workload goes')
    .option('--url <URL>', 'endpoint of the CSMS, without the identity: ws[s]://HOST:PORT/PATH')
    .option('--workload <NAME|FILE>', "the same, where 'export' takes its place")
    .option('--stations <N>', 'charging stations to simulate')
    .option('--ramp <DURATION>', 'over how long they come, such as 30s')
    .option('--duration <DURATION>', 'how long the load lasts once they are there')
    .option('--rate <N>', 'calls a second over all stations, for workloads that are a rate')
    .option('--engine <NAME>', 'node, which needs nothing, or k6')
    .option('--k6-bin <FILE>', 'k6 1.6 or later; default: K6_BIN, or the one on the path')
    .option('--workers <N>', 'threads, default: one for each core; of k6: VUs, default: one for each 200 stations')
    .option('--source <IP...>', 'addresses of this machine to dial from, where the ports of one are too few')
    .option('--max-rss <SIZE>', 'memory beyond which the run is stopped, such as 2GiB; default: most of what is free')
    .option('--threshold <EXPR...>', "such as 'ocpp_call_latency{action:Heartbeat}: p(99)<500'")
    .option('--driver <NAME>', 'of workloads with an operator: octt-trigger or reference')
    .option('--driver-url <URL>', "where the driver's control API is")
    .option('--i-own-this-system', 'aim a storm at another machine: it may come to harm')
    .option('--prometheus <[HOST:]PORT>', 'serve the metrics while the run lasts')
    .option('--seed <N>', 'makes random choices repeatable')
    .option('--timeout <DURATION>', 'how long an answer may take, such as 30s')
    .option('--schemas <DIR>', 'your own copy of the official JSON schemas')
    .option('--out <DIR>', 'run folder')
    .option('--report <KIND...>', `${reportKindsHelp}; KIND=FILE names the file`)
    .option('--quiet', 'verdicts only')
    .option('--kubernetes', 'of export: with manifests for the k6 operator')
    .option('--parallelism <N>', 'of export: pods that share the stations; default: 4')
    .action(async (first: string | undefined, second: string | undefined, given: Options) => {
      const { words, options } = (await import('./positional.ts')).loadArguments([first, second], given);
      const [workload, dir] = words;
      if (workload === 'export') exit((await import('./commands/load-export.ts')).exportLoad(dir, options));
      else exit(await (await import('./commands/load.ts')).load(workload, options, dir));
    });
}

function addServe(program: Command, exit: SetExit): void {
  const serve = command(program, 'serve', 'the reference systems as servers for other tests');
  command(serve, 'csms', 'a back office that conforms, with an HTTP control API')
    .option(
      '--listen <[HOST:]PORT...>',
      'where stations connect; port 0 for any free one; several for several security profiles, or as several nodes',
      ['127.0.0.1:0'],
    )
    .option('--control <[HOST:]PORT>', 'where the control API listens', '127.0.0.1:0')
    .option('--ocpp <VERSION...>', 'version to speak; default: all')
    .option(
      '--security-profile <N...>',
      'what stations have to show: 0 nothing, 1 a password, 2 the same over TLS, 3 a certificate; one for each address',
    )
    .option('--password <TEXT>', 'of every station that has none of its own; hex:… for the bytes of a 1.6 key')
    .option('--pki <DIR>', "certificates for TLS, as 'plugproof pki' writes them; made where there are none")
    .option('--fault <NAME...>', "a fault of 'plugproof list faults'")
    .option('--seed <N>', 'seed of ids', '1')
    .option('--schemas <DIR>', 'your own copy of the official JSON schemas')
    .option('--quiet', 'the ready lines only')
    .action(async (options: Options) => exit(await (await import('./commands/serve.ts')).serveCsmsCommand(options)));
  command(serve, 'station', 'a charging station that conforms, with its hands over HTTP')
    .requiredOption('--url <URL>', 'endpoint of the CSMS, without the identity: ws[s]://HOST:PORT/PATH')
    .option('--ocpp <VERSION>', '1.6, 2.0.1 or 2.1', '1.6')
    .option('--id <ID...>', 'identity, or a range such as CP{01..04}', ['CP01'])
    .option('--control <[HOST:]PORT>', 'where the control API listens', '127.0.0.1:0')
    .option('--evses <N>', 'EVSEs of each station', '2')
    .option('--set <KEY=VALUE...>', 'configuration key (1.6) or Component.Variable (2.x) that differs from its default')
    .option('--security-profile <N>', 'default: what address and credentials amount to')
    .option('--password <TEXT>', 'basic authentication; hex:… for the bytes of a 1.6 key')
    .option('--ca <FILE>', 'PEM of the CAs to trust')
    .option('--cert <FILE>', 'PEM, client certificate for security profile 3')
    .option('--key <FILE>', 'PEM, its key')
    .option('--pki <DIR>', "certificates of each station and the CA to trust, as 'plugproof pki' writes them")
    .option('--fault <NAME...>', "a fault of 'plugproof list faults'")
    .option('--seed <N>', 'seed of ids', '1')
    .option('--schemas <DIR>', 'your own copy of the official JSON schemas')
    .option('--quiet', 'the ready lines only')
    .action(async (options: Options) => exit(await (await import('./commands/serve.ts')).serveStationCommand(options)));
}

function addLooking(program: Command, exit: SetExit): void {
  command(program, 'list', 'what there is: cases, suites, faults, workloads, drivers, actuators')
    .argument('[what]', 'cases, suites, faults, workloads, drivers or actuators; default: cases')
    .option('--json', 'for programs')
    .option('--coverage', 'certification ids covered, of how many, and which are missing')
    .option('--ocpp <VERSION...>', 'only this version')
    .option('--no-hands', 'only cases that need no driver operation and no gesture')
    .action(async (what: string | undefined, given: Options) => {
      const { words, options } = (await import('./positional.ts')).listArguments([what], given);
      exit(await (await import('./commands/list.ts')).list(words[0] ?? 'cases', options));
    });
  command(program, 'report', 'make reports of a run again, also of one that was killed')
    .requiredOption('--from <RUN>', 'run folder, or its journal.jsonl')
    .option('--report <KIND...>', `${reportKindsHelp}; KIND=FILE names the file`)
    .action(async (options: Options) => exit(await (await import('./commands/report.ts')).report(options)));
  command(program, 'compare', 'what changed between runs')
    .argument('<run...>', 'run folders or report.json files')
    .option('--json', 'for programs')
    .action(async (runs: readonly string[], options: Options) =>
      exit(await (await import('./commands/compare.ts')).compare(runs, options)),
    );
  withAccessOptions(command(program, 'doctor', 'what this machine and an endpoint can do, each line with its fix'))
    .option('--url <URL>', 'endpoint of a CSMS')
    .action(async (options: Options) => exit(await (await import('./commands/doctor.ts')).doctorCommand(options)));
}

function addFiles(program: Command, exit: SetExit): void {
  command(program, 'validate', 'judge messages or a trace against the schemas, offline')
    .argument('<file>', 'JSON or JSONL; - for standard input')
    .option('--ocpp <VERSION>', 'version, where the file does not say it')
    .option('--json', 'one line of JSON a frame')
    .option('--schemas <DIR>', 'your own copy of the official JSON schemas')
    .action(async (file: string, options: Options) =>
      exit(await (await import('./commands/validate.ts')).validate(file, options)),
    );
  command(program, 'schedule', 'the composite schedule that a set of charging profiles means, offline')
    .argument('<file>', 'JSON; - for standard input')
    .option('--json', 'for programs')
    .option('--plot <FILE>', 'draw it as SVG')
    .action(async (file: string, options: Options) =>
      exit(await (await import('./commands/schedule.ts')).schedule(file, options)),
    );
  command(program, 'pki', 'write a throwaway authority with certificates good and bad, for tests by hand')
    .argument('[dir]', 'folder to write to')
    .option(
      '--host <NAME...>',
      'names and addresses of the CSMS, beside those of this machine; the first is its common name',
    )
    .option('--id <ID...>', 'stations, such as CP{01..08}; default: CP{01..04}')
    .option('--organization <NAME>', 'organizationName in the certificates; default: plugproof')
    .option('--force', 'write over what is there')
    .action(async (dir: string | undefined, options: Options) =>
      exit(await (await import('./commands/pki.ts')).pki(dir, options)),
    );
  command(program, 'init', 'write a commented plugproof.yaml, and a pipeline snippet')
    .option('--ci <NAME>', 'github, gitlab or jenkins')
    .option('--force', 'write over what is there')
    .action(async (options: Options) => exit(await (await import('./commands/init.ts')).initCommand(options)));
  command(program, 'schema', "the JSON Schema of one of plugproof's own files")
    .argument('[name]', 'config, report, baseline, …; without it the names are listed')
    .action(async (name: string | undefined) => exit(await (await import('./commands/schema.ts')).schema(name)));
}
