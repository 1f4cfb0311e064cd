import { afterEach, expect, it } from "vitest";
import { quick, type Workplace, workplace } from "../run.ts";

const FILES = `version: 1
providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }
  zego: { appId: 1234567890, serverSecret: { env: ZEGO_SERVER_SECRET } }
roles:
  looks: { zego: { module: [zoom, scroll], graphic: none } }
  draws: { zego: { module: all, graphic: all } }
rooms:
  weekly-design: { on: [zego], default: looks, users: { alice: draws } }
`;

let place: Workplace;
afterEach(() => place.remove());

it.each([
  ["a new room", "  brand-new: { on: liveblocks }\n"],
  ["metadata", "  weekly-design-2: { on: liveblocks, id: weekly-design, metadata: { a: b } }\n"],
])("a plan of several services is applied twice beside a call that changes nobody: %s", async (_, more) => {
  place = quick(workplace({ "rolecall.yaml": FILES + more }));
  const plan = await place.run(["plan", "--sandbox", "--out", "plan.json", "--allow-removals", "*=99"]);
  expect(plan.code, plan.err).toBe(0);
  const first = await place.run(["apply", "--sandbox", "plan.json"]);
  expect(first.code, first.err).toBe(0);
  const second = await place.run(["apply", "--sandbox", "plan.json"]);
  expect(second.code, second.err).toBe(0);
  expect((await place.run(["plan", "--sandbox"])).out).toMatch(/^No changes\./u);
});
