import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Current, CurrentState, Json } from "../../engine/model.ts";
import { isRecord } from "../../engine/util/record.ts";
import { apply, load, plan, planOn, read } from "./harness.ts";
import { sampleState, startDigitalsambaSandbox } from "./sandbox.ts";

const TEXT = `roles:
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } }
  head: { digitalsamba: { display_name: Head, permissions: { remote_muting: [pupil, guest] } } }
  assistant: absent
  moderator: { digitalsamba: existing }
  attendee: { digitalsamba: existing }
rooms:
  class-7a: { default: attendee, users: { alice: head }, settings: { digitalsamba: { roles: [pupil, moderator] } } }
  class-7b: { default: pupil, users: {} }
  staff-room: { users: { alice: head } }
  aula: { default: pupil, users: { alice: head }, settings: { digitalsamba: { roles: [moderator, head] } } }
`;
const CONFIG = "    roomDefaults: { default: pupil }\n";

/** The same reading, every list of roles in an order that depends on the numbers. */
const shuffled = (state: CurrentState, numbers: readonly number[]): CurrentState => {
  const mix = (list: readonly Json[]): readonly Json[] =>
    list
      .map((item, index) => [numbers[index % numbers.length] ?? 0, item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  const objects = [...state.objects].map(([address, current]): [string, Current] => {
    const { extra } = current;
    if (!isRecord(extra) || !Array.isArray(extra.order)) return [address, current];
    return [
      address,
      { ...current, extra: { ...(extra as { [key: string]: Json }), order: mix(extra.order as Json[]) } },
    ];
  });
  return { ...state, objects: new Map(objects) };
};

describe("the order in which the service lists roles", () => {
  it("changes neither the digest of a plan nor what it prints", async () => {
    const sandbox = await startDigitalsambaSandbox({ rateLimit: false, state: sampleState() });
    const loaded = load(TEXT, CONFIG);
    const state = await read(sandbox, loaded.document);
    await sandbox.close();
    const { document } = planOn(state, loaded);
    expect(document.calls.length).toBeGreaterThan(5);
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }), (numbers) => {
        expect(planOn(shuffled(state, numbers), loaded).document).toEqual(document);
      }),
      { numRuns: 100 },
    );
  });

  it("is kept in what is sent, with new roles at the end", async () => {
    const sandbox = await startDigitalsambaSandbox({ rateLimit: false, state: sampleState() });
    try {
      await apply(sandbox, await plan(sandbox, TEXT, CONFIG));
      const sent = (url: string) =>
        sandbox.requests.findLast((one) => one.method === "PATCH" && one.path.endsWith(url));
      expect(sent("/rooms/class-7a")?.body).toMatchObject({ roles: ["moderator", "attendee", "head", "pupil"] });
      expect(sent("/rooms/class-7b")?.body).toMatchObject({ roles: ["moderator", "speaker", "pupil"] });
      expect(sent("/api/v1")?.body).toMatchObject({
        roles: ["moderator", "speaker", "attendee", "teacher", "student", "pupil"],
      });
    } finally {
      await sandbox.close();
    }
  });
});
