/** What events of certain sources say beside the fields that all have: each is a member of `event`. */

/** A request that a proxy answered. */
export interface HttpFacts {
  method?: string;
  /** As the client named it. */
  host?: string;
  /** As sent, without the query. */
  path?: string;
  /** Behind the question mark, as sent. */
  query?: string;
  protocol?: string;
  status?: number;
  referrer?: string;
  /** Bytes of the answer's body, or of the whole answer where the proxy counts that. */
  bytes_sent?: number;
  /** The server that the proxy passed the request to. */
  upstream?: string;
}

/** A question to a name server, and how it was answered. */
export interface DnsFacts {
  /** Lower case, without the dot at the end. */
  name?: string;
  /** Type of the wanted records, such as `A` or `TXT`. */
  type?: string;
  /** Such as `NOERROR` or `NXDOMAIN`. */
  rcode?: string;
  protocol?: string;
  response_bytes?: number;
}

/** One end of a connection. */
export interface NetworkPeer {
  ip?: string;
  port?: number;
  namespace?: string;
  pod?: string;
  /** The controller of the pod. */
  workload?: string;
  /** `key=value`, as the network plugin writes them. */
  labels?: string[];
  /** Names that were resolved to this address, or the service that was asked for. */
  names?: string[];
}

export type NetworkVerdict = 'allowed' | 'denied' | 'audited' | 'error';
export type NetworkDirection = 'ingress' | 'egress';

/** A connection or a packet, as the network plugin saw it. */
export interface NetworkFacts {
  verdict?: NetworkVerdict;
  direction?: NetworkDirection;
  /** Lower case, such as `tcp`. */
  protocol?: string;
  source?: NetworkPeer;
  destination?: NetworkPeer;
}

/** A process that a security tool or the kernel's audit saw. */
export interface ProcessFacts {
  /** What the process calls itself. */
  name?: string;
  /** Path of its program. */
  executable?: string;
  command_line?: string;
  pid?: number;
  parent_pid?: number;
  /** Name or path of the program that started it. */
  parent?: string;
  /** Name, or number where no name was looked up, that the process runs as. */
  user?: string;
  /** System call or function that was seen. */
  call?: string;
  exit_code?: number;
  container?: string;
  image?: string;
}
