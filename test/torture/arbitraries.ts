/** Parts of random worlds that all services share. */
import fc from "fast-check";
import type { Files, RoomFile } from "./model.ts";

type Some<V> = { [key: string]: V };

/** A value for most of the keys. */
export const some = <V>(keys: readonly string[], value: fc.Arbitrary<V>): fc.Arbitrary<Some<V>> =>
  each(keys, fc.tuple(fc.integer({ min: 0, max: 3 }), value)).map((made) =>
    Object.fromEntries(Object.entries(made).flatMap(([key, [there, one]]) => (there > 0 ? [[key, one]] : []))),
  );

/** A value for each of the keys. */
export const each = <V>(keys: readonly string[], value: fc.Arbitrary<V>): fc.Arbitrary<Some<V>> =>
  fc
    .array(value, { minLength: keys.length, maxLength: keys.length })
    .map((values) => Object.fromEntries(keys.map((key, index) => [key, values[index] as V])));

/** A key that may be left out. */
export const maybe = (key: keyof RoomFile, value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.option(value, { nil: undefined }).map((made) => (made === undefined ? {} : { [key]: made }));

/** The parts of one entry of `rooms`. */
export const roomFile = (...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<RoomFile> =>
  fc.tuple(...parts).map((made) => Object.assign({}, ...made) as RoomFile);

/** Values dealt out anew to the same keys: who was one is the next now. */
const turned = <V>(map: { readonly [key: string]: V }, by: number): Some<V> => {
  const entries = Object.entries(map);
  return Object.fromEntries(
    entries.map(([key, value], index) => [key, entries[(index + by) % entries.length]?.[1] ?? value]),
  );
};

/**
 * Files, and then either others, or the same with the content of roles and the entries of rooms dealt out anew; `follows`
 * gives everybody the role that has their permissions now. Such transitions are hard to order.
 */
export const twoFiles = (
  files: fc.Arbitrary<Files>,
  isDealt: (role: unknown) => boolean,
): fc.Arbitrary<readonly Files[]> =>
  fc
    .record({
      first: files,
      other: fc.option(files, { freq: 1 }),
      roles: fc.nat(3),
      rooms: fc.nat(1),
      follows: fc.boolean(),
    })
    .map(({ first, other, roles: by, rooms: roomsBy, follows }) => {
      if (other !== null) return [first, other];
      const ours = Object.fromEntries(Object.entries(first.roles).filter(([, role]) => isDealt(role)));
      const roles = { ...first.roles, ...turned(ours, by) };
      const names = Object.keys(ours);
      const renamed = turned(
        Object.fromEntries(names.map((name) => [name, name])),
        names.length - (by % (names.length || 1)),
      );
      const rooms = turned(first.rooms, roomsBy);
      return [first, { ...first, roles, rooms: follows ? named(rooms, renamed) : rooms }];
    });

/** The same rooms with other names of roles. */
const named = (rooms: Files["rooms"], names: { readonly [role: string]: string }): Files["rooms"] => {
  const other = (role: string): string => names[role] ?? role;
  return Object.fromEntries(
    Object.entries(rooms).map(([id, room]) => [
      id,
      {
        ...room,
        ...(room.default === undefined ? {} : { default: other(room.default) }),
        ...(room.users === undefined
          ? {}
          : { users: Object.fromEntries(Object.entries(room.users).map(([user, role]) => [user, other(role)])) }),
      },
    ]),
  );
};
