import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { SandboxRequest } from "../_shared/sandbox-server.ts";

/**
 * The request targets exactly as sent. `URLSearchParams` turns `+` into a space and forgives wrong escapes; here the
 * difference is what has to be seen. Node announces each request on a channel before it is served; the object with its
 * headers is what leads from one to the other.
 */
export type Targets = {
  of(request: SandboxRequest): string;
  /** All that came to this port from now on, in order. */
  collect(port: number): readonly string[];
  close(): void;
};

const CHANNEL = "http.server.request.start";

const announced = (message: unknown): IncomingMessage | undefined =>
  typeof message === "object" && message !== null && "request" in message
    ? (message.request as IncomingMessage)
    : undefined;

export const watchTargets = (): Targets => {
  const known = new WeakMap<IncomingHttpHeaders, string>();
  const collected: string[] = [];
  let watched: number | undefined;
  const remember = (message: unknown): void => {
    const incoming = announced(message);
    if (incoming?.url === undefined) return;
    known.set(incoming.headers, incoming.url);
    if (incoming.socket.localPort === watched) collected.push(incoming.url);
  };
  subscribe(CHANNEL, remember);
  return {
    of: ({ headers, path, query }) => known.get(headers) ?? `${path}?${query}`,
    collect: (port) => {
      watched = port;
      return collected;
    },
    close: () => {
      unsubscribe(CHANNEL, remember);
    },
  };
};
