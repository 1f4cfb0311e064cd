import { describe, expect, it } from "vitest";
import type { Connection } from "../../engine/provider.ts";
import { settingsOf } from "./settings.ts";

const connection = (baseUrl: string, values: Connection["values"] = {}): Connection => ({
  provider: "zego",
  baseUrl,
  values: { appId: 1234567890, serverSecret: "0123456789abcdef0123456789abcdef", ...values },
  parallelism: 1,
  now: () => 0,
});

describe("settingsOf", () => {
  it.each([
    ["https://whiteboard-api.zego.im", "https://rtc-api.zego.im"],
    ["https://whiteboard-api-fra.zego.im", "https://rtc-api-fra.zego.im"],
    ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
    ["https://whiteboard-api.zego.im.example.com", "https://whiteboard-api.zego.im.example.com"],
  ])("reads rooms beside %s at %s", (baseUrl, rtc) => {
    expect(settingsOf(connection(baseUrl))).toMatchObject({ whiteboard: baseUrl, rtc });
  });

  it("takes what is configured", () => {
    const settings = settingsOf(connection("http://127.0.0.1:1", { rtcBaseUrl: "http://127.0.0.1:2", isTest: false }));
    expect(settings).toMatchObject({ rtc: "http://127.0.0.1:2", isTest: false, appId: "1234567890" });
    expect(settingsOf(connection("http://127.0.0.1:1", { appId: "42" }))).toMatchObject({
      appId: "42",
      isTest: undefined,
    });
  });

  it.each([[{ appId: "" }], [{ appId: -1 }], [{ appId: true }], [{ serverSecret: "short" }], [{ serverSecret: 5 }]])(
    "refuses %j without showing it",
    (values) => {
      expect(() => settingsOf(connection("http://127.0.0.1:1", values))).toThrow(
        /^ZEGOCLOUD: (appId|serverSecret) must be/u,
      );
    },
  );
});
