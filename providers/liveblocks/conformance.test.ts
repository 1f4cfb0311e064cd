import { describe, it } from "vitest";
import { conformanceCases } from "../_shared/conformance.ts";
import { liveblocks } from "./index.ts";
import { startLiveblocksSandbox } from "./sandbox.ts";

const HEADER = `version: 1
providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }
roles:
  viewer: { liveblocks: ["room:read", "room:presence:write"] }
  editor: { liveblocks: ["*:write"] }
  commenter: { liveblocks: ["*:read", "comments:write"] }
`;

const STATES = [
  `rooms:
  weekly: { default: viewer, users: { alice: editor, bob: commenter }, groups: { partners: viewer }, metadata: { owner: design, tags: [a, b] } }
  retro: { users: { alice: editor } }
  odd: { id: "odd /?#%25 room", users: { "1001": viewer, __proto__x: editor } }
  "client-*": { default: { liveblocks: [] }, users: { alice: editor } }
`,
  `rooms:
  weekly: { default: { liveblocks: [] }, users: { alice: commenter, erin: editor }, groups: {}, metadata: { owner: absent } }
  retro: { mode: additive, users: { bob: editor } }
  "client-*": { default: viewer, users: {} }
`,
  `rooms:
  weekly: { absent: true }
  retro: { absent: true }
  nowhere: { absent: true }
`,
];

describe("Liveblocks conforms", () => {
  const cases = conformanceCases({
    provider: liveblocks,
    header: HEADER,
    states: STATES,
    start: async () => {
      const sandbox = await startLiveblocksSandbox({ secretKey: "sk_conformance" });
      for (const id of ["client-acme", "client-globex", "other"]) {
        sandbox.put({ id, defaultAccesses: ["room:write"], usersAccesses: { old: ["*:read"], alice: ["room:write"] } });
      }
      return {
        baseUrl: sandbox.url,
        values: { secretKey: "sk_conformance" },
        requests: sandbox.requests,
        setFaults: (faults) => sandbox.setFaults(faults),
        close: () => sandbox.close(),
      };
    },
  });
  it.each(cases)("$name", ({ run }) => run());
});
