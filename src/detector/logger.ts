/** Structured log lines: one JSON object each, with level, time and message first. */

export type LogLevel = 'info' | 'warn' | 'error' | 'fatal';

/** Where log lines go; standard output as a rule. */
export interface LogSink {
  /** Takes one line, line feed included. */
  write(line: string): unknown;
}

export type LogFields = Readonly<Record<string, unknown>>;

export class Logger {
  public constructor(private readonly sink: LogSink) {}

  public info(message: string, fields?: LogFields): void {
    this.log('info', message, fields);
  }

  public warn(message: string, fields?: LogFields): void {
    this.log('warn', message, fields);
  }

  public error(message: string, fields?: LogFields): void {
    this.log('error', message, fields);
  }

  public fatal(message: string, fields?: LogFields): void {
    this.log('fatal', message, fields);
  }

  /** JSON escapes line feeds and control characters, so no field can forge a line. */
  public log(level: LogLevel, message: string, fields: LogFields = {}): void {
    const time = new Date().toISOString();
    this.sink.write(`${JSON.stringify({ level, time, message, ...fields }, plainErrors)}\n`);
  }
}

/** An error has no members of its own that JSON would show. */
function plainErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  return { name, message, ...('code' in value ? { code: value.code } : {}), stack };
}
