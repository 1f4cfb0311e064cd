/** Signature 2.0: https://www.zegocloud.com/docs/super-board-server/accessing-server-apis */
import { createHash, randomBytes } from "node:crypto";
import type { Query } from "../_shared/path.ts";

const VERSION = "2.0";
/** How far apart the clocks may be, by the documents. */
export const WINDOW_MS = 600_000;
/** Signed texts that are kept to be taken out of messages: more than can be under way at once. */
const REMEMBERED = 512;

export type SignerOptions = {
  readonly appId: string;
  readonly serverSecret: string;
  /** Sent as `IsTest`; left out, nothing is sent. */
  readonly isTest: boolean | undefined;
  now(): number;
};

export type Signer = {
  /** The public parameters of one request, never the same twice. */
  sign(): Query;
  /** Takes the service's clock from a `Date` header, once. Tells by how many milliseconds that clock is ahead. */
  learn(date: string | undefined): number | undefined;
  /** Nonces and signatures that were given out lately. */
  issued(): readonly string[];
};

/** MD5 in lower-case hex over the four texts joined. It covers no other parameter: whoever has the URL can call anything. */
export const signatureOf = (appId: string, nonce: string, serverSecret: string, timestamp: string): string =>
  createHash("md5").update(`${appId}${nonce}${serverSecret}${timestamp}`, "utf8").digest("hex");

/** Signs with this machine's clock until it is told of the service's. */
export const createSigner = ({ appId, serverSecret, isTest, now }: SignerOptions): Signer => {
  const issued: string[] = [];
  let ahead: number | undefined;
  return {
    sign() {
      const nonce = randomBytes(8).toString("hex");
      const timestamp = String(Math.floor((now() + (ahead ?? 0)) / 1000));
      const signature = signatureOf(appId, nonce, serverSecret, timestamp);
      issued.push(nonce, signature);
      if (issued.length > REMEMBERED) issued.splice(0, issued.length - REMEMBERED);
      return {
        AppId: appId,
        SignatureNonce: nonce,
        Timestamp: timestamp,
        SignatureVersion: VERSION,
        Signature: signature,
        IsTest: isTest,
      };
    },
    learn(date) {
      if (ahead !== undefined) return ahead;
      const theirs = date === undefined ? Number.NaN : Date.parse(date);
      if (!Number.isNaN(theirs)) ahead = theirs - now();
      return ahead;
    },
    issued: () => issued,
  };
};
