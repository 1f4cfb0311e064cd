/** Readers and writers over a connection. */

import { createHmac } from "node:crypto";
import { type Connection, type Reader, ServiceFailure, type Writer } from "../../engine/provider.ts";
import { type Lazy, lazily } from "../../engine/util/lazy.ts";
import { openApi, openReadApi, type ReadApi } from "./api.ts";
import { readState } from "./read.ts";
import { sendCall } from "./send.ts";
import { settingsOf } from "./settings.ts";

/** See `Provider.reader`. Nothing is opened before the first request. */
export const reader = (connection: Connection): Reader =>
  readerOver(
    connection,
    lazily(() => openReadApi(connection)),
  );

/** See `Provider.writer`. */
export const writer = (connection: Connection): Writer => {
  const api = lazily(() => openApi(connection));
  return {
    ...readerOver(connection, api),
    async send(call, signal) {
      try {
        return await sendCall(api.get(), call, signal);
      } catch (error) {
        if (!(error instanceof ServiceFailure)) throw error;
        return { type: "failed", error: { message: error.message, kind: "stop" } };
      }
    },
  };
};

const readerOver = (connection: Connection, api: Lazy<ReadApi>): Reader => ({
  account: async () => {
    const { appId, serverSecret } = settingsOf(connection);
    return createHmac("sha256", serverSecret).update(`rolecall zego account ${appId}`).digest("hex").slice(0, 16);
  },
  read: async (request) => readState(api.get(), connection.provider, request),
  close: async () => api.made()?.close(),
});
