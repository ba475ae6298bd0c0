/** The report kinds: how each is loaded, and where it goes when nobody names a file. */
import type { Reporter, ReportKind } from './reporter.ts';

export { type Colours, type Reporter, type ReporterOptions, type ReportKind, reportKinds } from './reporter.ts';

export interface ReporterEntry {
  /** Imports the reporter; nothing is loaded before. */
  readonly load: () => Promise<Reporter>;
  /** Name of the file inside the run folder when the option names none. */
  readonly fileName: string;
  readonly contentType: string;
  /** True where the text goes to standard output unless a file is named. */
  readonly toStdout: boolean;
  /** One line for `--help`. */
  readonly says: string;
}

export const reporters: Readonly<Record<ReportKind, ReporterEntry>> = {
  console: {
    load: async () => (await import('./console.ts')).consoleReporter,
    fileName: 'report.txt',
    contentType: 'text/plain; charset=utf-8',
    toStdout: true,
    says: 'summary and every failure, for a terminal',
  },
  json: {
    load: async () => (await import('./json.ts')).jsonReporter,
    fileName: 'report.json',
    contentType: 'application/json',
    toStdout: false,
    says: 'the whole report (plugproof schema report)',
  },
  junit: {
    load: async () => (await import('./junit.ts')).junitReporter,
    fileName: 'junit.xml',
    contentType: 'application/xml',
    toStdout: false,
    says: 'JUnit XML for GitLab, Jenkins and others',
  },
  html: {
    load: async () => (await import('./html/index.ts')).htmlReporter,
    fileName: 'report.html',
    contentType: 'text/html; charset=utf-8',
    toStdout: false,
    says: 'one offline page with message sequence diagrams',
  },
  ctrf: {
    load: async () => (await import('./ctrf.ts')).ctrfReporter,
    fileName: 'ctrf.json',
    contentType: 'application/json',
    toStdout: false,
    says: 'Common Test Report Format',
  },
  github: {
    load: async () => (await import('./github.ts')).githubReporter,
    fileName: 'github.txt',
    contentType: 'text/plain; charset=utf-8',
    toStdout: true,
    says: 'annotations of a GitHub Actions step',
  },
  tap: {
    load: async () => (await import('./tap.ts')).tapReporter,
    fileName: 'report.tap',
    contentType: 'text/plain; charset=utf-8',
    toStdout: true,
    says: 'TAP version 14',
  },
  markdown: {
    load: async () => (await import('./markdown.ts')).markdownReporter,
    fileName: 'report.md',
    contentType: 'text/markdown; charset=utf-8',
    toStdout: false,
    says: 'a summary for a pull request or a step summary',
  },
};
