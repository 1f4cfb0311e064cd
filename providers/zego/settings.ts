/** What a connection holds, checked and with its defaults. */
import { type Connection, ServiceFailure } from "../../engine/provider.ts";
import { language } from "./language.ts";

export type Settings = {
  readonly appId: string;
  readonly serverSecret: string;
  readonly isTest: boolean | undefined;
  readonly whiteboard: string;
  readonly rtc: string;
};

/** Throws `ServiceFailure` for an AppId or a secret that cannot be one. No message holds either. */
export const settingsOf = ({ baseUrl, values }: Connection): Settings => {
  const { appId, serverSecret, isTest, rtcBaseUrl } = values;
  const app = typeof appId === "number" || typeof appId === "string" ? String(appId) : "";
  if (!formOf("appId").test(app)) throw new ServiceFailure("ZEGOCLOUD: appId must be the number of your app", "stop");
  if (typeof serverSecret !== "string" || !formOf("serverSecret").test(serverSecret)) {
    throw new ServiceFailure("ZEGOCLOUD: serverSecret must be the 32 characters of your app's ServerSecret", "stop");
  }
  return {
    appId: app,
    serverSecret,
    isTest: typeof isTest === "boolean" ? isTest : undefined,
    whiteboard: baseUrl,
    rtc: typeof rtcBaseUrl === "string" ? rtcBaseUrl : rtcOf(baseUrl),
  };
};

const formOf = (field: string): RegExp => language.facts.fields[field]?.pattern ?? /^$/u;

/** The vendor's host for rooms and people, of the same region; any other host answers for both. */
const rtcOf = (baseUrl: string): string => {
  if (!URL.canParse(baseUrl) || !language.facts.origins.includes(new URL(baseUrl).origin)) return baseUrl;
  return baseUrl.replace("//whiteboard-api", "//rtc-api");
};
