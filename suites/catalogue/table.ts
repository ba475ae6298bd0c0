/** Tables of facts as they lie in the JSON files beside this one: column names, and rows of strings. */

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The value of `make`, worked out on first use. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The words of a cell; an empty cell has none. */
export const words = (cell: string | undefined): readonly string[] => (cell ? cell.split(' ') : []);
