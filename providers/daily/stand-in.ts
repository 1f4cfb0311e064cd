/** A server of a few lines for the tests of this folder: what the sandbox never does. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Seen = { readonly method: string; readonly path: string; readonly query: string; readonly body: unknown };
export type StandIn = {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly requests: readonly Seen[];
  close(): Promise<void>;
};

/** Answers each request with the status and JSON that are given for it. */
export const standIn = async (answer: (request: Seen) => readonly [number, unknown]): Promise<StandIn> => {
  const requests: Seen[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? "/", "http://localhost");
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const seen = { method: request.method ?? "", path: url.pathname, query: url.search, body };
    requests.push(seen);
    const [status, json] = answer(seen);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    apiKey: "standinkey",
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
