/** `${VAR}` in a value of a file: expanded on parsed scalars, never on text, so that no value can add a key. */

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Expanded {
  readonly text: string;
  /** What could not be expanded, one sentence each. */
  readonly faults: readonly { readonly says: string; readonly fix: string }[];
}

const TOKEN = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::([-?])(.*))?$/s;

/**
 * `${VAR}`, `${VAR:-default}` where it is unset or empty, `${VAR:?message}`, and `$${` for a plain `${`.
 * @returns undefined where the text has no such thing
 */
export function expandVariables(text: string, variables: Variables): Expanded | undefined {
  if (!text.includes('${')) return undefined;
  const faults: { says: string; fix: string }[] = [];
  const expanded = text.replace(TOKEN, (all, inside: string | undefined) => {
    if (all === '$${') return '${';
    const parts = inside === undefined ? null : INSIDE.exec(inside);
    if (parts === null) {
      faults.push({ says: `'${all}' is no variable`, fix: FORMS });
      return all;
    }
    const [, name = '', how, rest = ''] = parts;
    const value = variables[name];
    if (how === '-') return value === undefined || value === '' ? rest : value;
    if (how === '?' && (value === undefined || value === '')) {
      faults.push({
        says: `variable ${name} is not set${rest === '' ? '' : `: ${rest}`}`,
        fix: `Set ${name} in the environment.`,
      });
      return '';
    }
    if (value === undefined) {
      faults.push({
        says: `variable ${name} is not set`,
        fix: `Set ${name} in the environment, or give a default: \${${name}:-…}.`,
      });
      return '';
    }
    return value;
  });
  return { text: expanded, faults };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it shows how variables are written
const FORMS = 'Write ${VAR}, ${VAR:-default} or ${VAR:?message}; $${ is a plain ${.';
