/** Our own schemas: they compile, they explain themselves, and they and the options know the same words. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ownSchema } from '../../../schemas/own.ts';
import { actuatorNames, driverNames } from '../drivers/settings.ts';
import { tokenKinds } from '../system-under-test.ts';
import { renderProblem } from './problem.ts';
import { isObject, type Schema } from './schema-walk.ts';
import { compileOwn, validateOwn } from './validate.ts';
import { readYaml } from './yaml-source.ts';

const names = ['config', 'baseline', 'driver'] as const;
const at = (schema: unknown, ...path: readonly string[]): Schema =>
  path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), schema) as Schema;

/** Every schema inside a schema that describes a value of the file, with its path. */
function parts(schema: Schema, path = ''): { path: string; schema: Schema }[] {
  const inner = ['properties', '$defs'].flatMap((key) =>
    Object.entries((schema[key] ?? {}) as Readonly<Record<string, Schema>>).map(([name, one]) => ({
      name: `${key}/${name}`,
      one,
    })),
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

  const page = (name: string) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');

  it('has every key in the documentation', () => {
    const pages = `${page('configuration')}\n${page('drivers')}`;
    const keys = names
      .flatMap((name) => parts(ownSchema(name)))
      .flatMap(({ path }) => /\/properties\/([^/]+)$/.exec(path)?.[1] ?? []);
    expect(keys.length).to.be.above(80);
    const told = new Set([...pages.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.match(/[$\w]+/g) ?? []));
    expect(keys.filter((key) => !told.has(key))).to.deep.equal([]);
  });

  it('takes every example of the documentation', () => {
    const variables = { STATION_PASSWORD: 'a', CP08_PASSWORD: 'b', CSMS_TOKEN: 'c' };
    const blocks = ['configuration', 'drivers'].flatMap((name) =>
      [...page(name).matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => ({ name, text })),
    );
    const wrong = blocks.flatMap(({ name, text }) => {
      const kind = /^- /m.test(text.split('\n').find((line) => !line.startsWith('#')) ?? '')
        ? 'baseline'
        : /^name:/.test(text)
          ? 'driver'
          : 'config';
      const source = readYaml(text, `${name}.md`, compileOwn(kind).schema, variables);
      return [...source.problems, ...(source.value === undefined ? [] : validateOwn(kind, source))].map(renderProblem);
    });
    expect(blocks.length).to.be.above(5);
    expect(wrong).to.deep.equal([]);
  });
});
