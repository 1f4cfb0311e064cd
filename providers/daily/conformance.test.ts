import { describe, it } from "vitest";
import { conformanceCases, type StandIn } from "../_shared/conformance.ts";
import { daily } from "./index.ts";
import { startDailySandbox } from "./sandbox.ts";

const ROLES = `
roles:
  audience: { daily: { canSend: false, canAdmin: false } }
  panel: { daily: { canSend: [video, audio], canAdmin: false } }
  host: { daily: { canSend: true, canAdmin: [participants] } }`;

const states = [
  `${ROLES}
rooms:
  webinar: { default: audience, users: { alice: host } }`,
  `${ROLES}
rooms:
  webinar: { default: audience, users: { alice: host } }
  town-hall:
    default: audience
    users: { alice: host, bob: panel }
    settings: { daily: { privacy: private, enable_knocking: true } }
  class-1: { default: panel }
  class-2: { default: { daily: { canReceive: { base: false, byUserId: { host: true } } } } }`,
  `${ROLES}
rooms:
  webinar: { default: panel, users: { alice: host, bob: panel, erin: host } }
  town-hall: { default: audience, users: { bob: host }, settings: { daily: { privacy: public, enable_knocking: absent } } }
  class-1: { default: audience, settings: { daily: { enable_chat: true, enable_recording: cloud } } }
  class-2: { absent: true }`,
  `${ROLES}
rooms:
  webinar: { default: audience, users: {} }
  town-hall: { default: audience, users: { bob: panel }, live: ignore }
  class-1: { default: audience, settings: { daily: { enable_chat: false, enable_recording: absent, max_participants: 20 } } }`,
  `${ROLES}
rooms:
  webinar: { absent: true }
  town-hall: { mode: { users: additive }, default: host, users: { alice: panel } }
  class-1: { absent: true }`,
];

const startWith =
  (...people: readonly (string | null)[]) =>
  async (): Promise<StandIn> => {
    const sandbox = await startDailySandbox({ rules: { limited: false } });
    sandbox.putRoom("town-hall", { properties: { permissions: { canSend: true } } });
    for (const userId of people) sandbox.join("town-hall", { userId });
    return {
      baseUrl: sandbox.baseUrl,
      values: { apiKey: sandbox.apiKey },
      requests: sandbox.requests,
      setFaults: (faults) => sandbox.setFaults(faults),
      close: () => sandbox.close(),
    };
  };

const PLAIN = "version: 1\nproviders:\n  daily: { apiKey: { env: DAILY_API_KEY } }";
const WITH_DEFAULTS =
  "version: 1\nproviders:\n  daily: { apiKey: { env: DAILY_API_KEY }, roomDefaults: { default: panel } }";
const ONE_ITEM = "reads page by page when a page holds one item";

const suite = (header: string, ...people: readonly (string | null)[]) =>
  conformanceCases({ provider: daily, header, states, start: startWith(...people) });

describe("Daily, with one person in a call", () => {
  for (const { name, run } of suite(PLAIN, "alice")) it(name, run, 30_000);
});

describe("Daily, with domain defaults and nobody in a call", () => {
  for (const { name, run } of suite(WITH_DEFAULTS)) it(name, run, 30_000);
});

// A page of one item leaves presence short of who is there; such a call is never taken to be in sync.
describe("Daily, with several people in a call", () => {
  const cases = suite(PLAIN, "alice", "bob", "zed", null, null).filter(({ name }) => name !== ONE_ITEM);
  for (const { name, run } of cases) it(name, run, 30_000);
});
