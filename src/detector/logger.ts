import pino, { type Logger } from 'pino';

/** Where log lines go; standard output as a rule. */
export interface LogSink {
  /** Takes one line, line feed included. */
  write(line: string): unknown;
}

/** Structured log lines: one JSON object each, with level, time and message. Errors are logged under `error`. */
export function createLogger(sink: LogSink): Logger {
  return pino(
    {
      base: null,
      messageKey: 'message',
      errorKey: 'error',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string): void => void sink.write(line) },
  );
}
