import { resolvePolicy } from "../load/resolve.ts";
import type { Document, Instant, Json, ProviderPolicy, RoomPolicy } from "../model.ts";
import type { Provider } from "../provider.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export type GrantForInput = {
  readonly document: Document;
  /** The provider as the files name it, and the service behind it. */
  readonly name: string;
  readonly provider: Provider;
  readonly room: string;
  readonly user: string;
  readonly at: Instant;
  /** How long the token may last, in milliseconds: at most a day, default an hour. It never outlives the grant. */
  readonly ttl?: number;
};

export type TokenGrant =
  | {
      readonly type: "grant";
      /** What belongs into the token, in the service's own words. Never makes somebody an owner. */
      readonly grant: Json;
      /** When the token has to end. */
      readonly expires: Instant;
      readonly room: RoomPolicy;
      readonly policy: ProviderPolicy;
    }
  | { readonly type: "refused"; readonly why: string };

/**
 * What the files give one user in one room, for services whose grants reach people by token. Refused for rooms that no
 * file governs and for people whom the files give nothing there: a token is never wider than the files. Pure.
 */
export const grantFor = (input: GrantForInput): TokenGrant => {
  const { provider, name, user, at } = input;
  const refused = (why: string): TokenGrant => ({ type: "refused", why });
  const ttl = input.ttl ?? HOUR_MS;
  if (!(ttl > 0) || ttl > DAY_MS) return refused("a token lasts more than nothing and at most 24 hours");
  if (provider.tokenGrant === undefined) return refused(`${provider.facts.title} takes no grants by token`);
  if (!input.document.providers.has(name)) return refused(`the files have no provider ${name}`);
  const { policy, diagnostics } = resolvePolicy(input.document, name, new Set([input.room]), at);
  const fault = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (fault !== undefined) return refused(fault.summary);
  const room = policy.rooms.get(input.room);
  if (room === undefined || room.absent)
    return refused(`no file gives anybody anything in the room ${JSON.stringify(input.room)} at ${name}`);
  const held = room.users?.get(user);
  if (held === undefined)
    return refused(
      `the files give ${JSON.stringify(user)} nothing in the room ${JSON.stringify(input.room)} at this time`,
    );
  const expires = Math.min(at + ttl, held.expires ?? Number.POSITIVE_INFINITY);
  return { type: "grant", grant: provider.tokenGrant(room, user, policy), expires, room, policy };
};
