/** A value that is made when it is first asked for, and can be left alone when it never was. */
export type Lazy<T> = { get(): T /** undefined: nobody asked yet. */; made(): T | undefined };

/** Wraps a maker; what it throws, `get` throws each time. */
export const lazily = <T>(make: () => T): Lazy<T> => {
  let made: T | undefined;
  return {
    get() {
      made ??= make();
      return made;
    },
    made: () => made,
  };
};
