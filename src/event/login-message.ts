/** What the message of one log line says about a login or a change of identity. */
import type { EventResult } from '../contract/event';

export interface LoginMessage {
  readonly kind: 'login' | 'escalate';
  readonly result: EventResult;
  /** Who logs in, as claimed while it fails; who asks for another identity. Undefined where the line is ambiguous. */
  readonly user: string | undefined;
  readonly address?: string;
  readonly port?: string;
  /** The address cannot be told from what the client wrote into the line. */
  readonly isPeerUnknown?: true;
  /** How the line speaks of a name that the host does not know; pairs of such lines are one attempt. */
  readonly invalidUser?: 'announced' | 'failed';
  /** How su speaks: shadow in words and then once more in signs, BusyBox in signs only. */
  readonly su?: 'words' | 'signs';
  readonly reason: string;
}
