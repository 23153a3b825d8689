/** Something wrong at a character of a YAML text. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}
