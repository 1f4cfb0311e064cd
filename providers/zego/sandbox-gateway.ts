import { createHash } from "node:crypto";
import { single, type ZegoParams } from "./sandbox-query.ts";

/** The checks that every Action goes through first (sections 1.2, 1.3 and 3). */
export type Gateway = {
  /** A code, 0 when the request may go on. `host` is the header. */
  check(params: ZegoParams, host: string | undefined, at: number): number;
  /** Every nonce that came, in order. */
  readonly nonces: readonly string[];
};

export type GatewayRules = {
  readonly appId: number;
  readonly serverSecret: string;
  readonly actions: ReadonlySet<string>;
  /** `service`: 120000001 where the gateway says 100000004 or 100000005. Which of them comes when is unknown. */
  readonly signatureCodes: "gateway" | "service";
  /** Whether a nonce is taken twice is unknown. */
  readonly nonces: "any" | "once";
  /** `test`: the app has no production environment yet, IsTest is needed. */
  readonly environment: "both" | "test";
};

const WINDOW_SECONDS = 600;
const UINT32_MAX = 4_294_967_295;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/u;

/** Signature 2.0: the lower-case hex MD5 of the four texts joined. It covers no other parameter. */
export const signatureOf = (appId: number, nonce: string, serverSecret: string, timestamp: string | number): string =>
  createHash("md5").update(`${appId}${nonce}${serverSecret}${timestamp}`, "utf8").digest("hex");

const isUint32 = (text: string): boolean => /^(?:0|[1-9]\d{0,9})$/u.test(text) && Number(text) <= UINT32_MAX;

/** The order of the checks is assumed; so is that an AppId of somebody else fails at the look-up of its secret. */
export const createGateway = (rules: GatewayRules): Gateway => {
  const nonces: string[] = [];
  const seen = new Set<string>();
  const refused = (code: number): number => (rules.signatureCodes === "service" ? 120000001 : code);

  const checkFormat = (params: ZegoParams): number => {
    const action = single(params, "Action") ?? "";
    if (action === "") return 100000006;
    if (!rules.actions.has(action)) return 100000007;
    if (!isUint32(single(params, "AppId") ?? "")) return 100000001;
    const timestamp = single(params, "Timestamp") ?? "";
    if (timestamp === "") return 100000002;
    if (!/^\d{1,19}$/u.test(timestamp)) return 100000003;
    if ((single(params, "SignatureNonce") ?? "") === "") return 100000008;
    if ((single(params, "Signature") ?? "") === "") return 100000009;
    const version = single(params, "SignatureVersion") ?? "";
    if (version === "") return 100000013;
    return version === "2.0" ? 0 : 100000014;
  };

  const checkSignature = (params: ZegoParams, reused: boolean, at: number): number => {
    const timestamp = single(params, "Timestamp") ?? "";
    const nonce = single(params, "SignatureNonce") ?? "";
    if (Math.abs(Math.floor(at / 1000) - Number(timestamp)) > WINDOW_SECONDS) return refused(100000004);
    if (single(params, "AppId") !== String(rules.appId)) return 100000010;
    const wanted = signatureOf(rules.appId, nonce, rules.serverSecret, timestamp);
    if (single(params, "Signature") !== wanted) return refused(100000005);
    return rules.nonces === "once" && reused ? refused(100000005) : 0;
  };

  // What another word than true or false gives is not stated.
  const checkEnvironment = (params: ZegoParams): number => {
    const isTest = (single(params, "IsTest") ?? "false").toLowerCase();
    if (isTest !== "true" && isTest !== "false") return 2;
    return rules.environment === "test" && isTest === "false" ? 100000016 : 0;
  };

  return {
    nonces,
    check: (params, host, at) => {
      const nonce = single(params, "SignatureNonce");
      const reused = nonce !== undefined && seen.has(nonce);
      if (nonce !== undefined) {
        nonces.push(nonce);
        seen.add(nonce);
      }
      if (!LOOPBACK.test(host ?? "")) return 100000000;
      return checkFormat(params) || checkSignature(params, reused, at) || checkEnvironment(params);
    },
  };
};

/** Whether a request asks for the test environment; any case will do. */
export const isTest = (params: ZegoParams): boolean => single(params, "IsTest")?.toLowerCase() === "true";
