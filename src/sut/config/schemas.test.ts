/** Our own schemas: they compile, they explain themselves, and they and the options know the same words. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ownSchema } from '../../../schemas/own.ts';
import { actuatorNames, driverNames } from '../drivers/settings.ts';
import { tokenKinds } from '../system-under-test.ts';
import { isObject, type Schema } from './schema-walk.ts';
import { compileOwn } from './validate.ts';

const names = ['config', 'baseline', 'driver'] as const;
const at = (schema: unknown, ...path: readonly string[]): Schema =>
  path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), schema) as Schema;

/** Every schema inside a schema that describes a value of the file, with its path. */
function parts(schema: Schema, path = ''): { path: string; schema: Schema }[] {
  const inner = ['properties', '$defs'].flatMap((key) =>
    Object.entries((schema[key] ?? {}) as Readonly<Record<string, Schema>>).map(([name, one]) => ({ name, one })),
  );
  return inner.flatMap(({ name, one }) => [{ path: `${path}/${name}`, schema: one }, ...parts(one, `${path}/${name}`)]);
}

describe('schemas of our own files', () => {
  for (const name of names) {
    it(`${name} compiles strictly, and each of its keys says what it is and what it wants`, () => {
      compileOwn(name);
      const silent = parts(ownSchema(name)).filter(
        ({ schema }) =>
          !('$ref' in schema) &&
          (typeof schema['title'] !== 'string' || (typeof schema['description'] !== 'string' && !('items' in schema))),
      );
      expect(silent.map(({ path }) => path)).to.deep.equal([]);
    });

    it(`${name} lets no unknown key pass`, () => {
      const open = parts(ownSchema(name)).filter(
        ({ schema }) => 'properties' in schema && schema['additionalProperties'] !== false,
      );
      expect(open.map(({ path }) => path)).to.deep.equal([]);
    });
  }

  it('describes a driver alike in its own file and in plugproof.yaml', () => {
    const [config, driver] = [ownSchema('config'), ownSchema('driver')];
    expect(at(config, 'properties', 'driver', 'properties')).to.deep.equal(at(driver, 'properties'));
    expect(at(config, '$defs')).to.deep.include(at(driver, '$defs'));
  });

  it('knows the drivers, actuators and kinds of tokens that there are', () => {
    const config = ownSchema('config');
    expect(at(config, 'properties', 'driver', 'properties', 'name')['enum']).to.have.members([...driverNames]);
    expect(at(config, 'properties', 'actuator', 'properties', 'name')['enum']).to.have.members([...actuatorNames]);
    expect(Object.keys(at(config, 'properties', 'sut', 'properties', 'tokens', 'properties'))).to.have.members([
      ...tokenKinds,
    ]);
  });

  it('has every key in the documentation', () => {
    const pages = ['configuration', 'drivers']
      .map((page) => readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8'))
      .join('\n');
    const keys = names.flatMap((name) => parts(ownSchema(name))).map(({ path }) => path.split('/').at(-1) ?? '');
    expect(
      keys.filter(
        (key) =>
          !pages.includes(`\`${key}\``) &&
          !new RegExp(`\`[^\`\n]*\\b${key.replace('$', '\\$')}\\b[^\`\n]*\``).test(pages),
      ),
    ).to.deep.equal([]);
  });
});
