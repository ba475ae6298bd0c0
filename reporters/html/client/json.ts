/** Browser script, part 2: prints JSON as it stood on the wire, number by number, with the offending fields marked. */
export const json = String.raw`
const DEEPEST = 200;
/* A tree that keeps every lexeme as sent: 1.0 stays 1.0, a name that stands twice stays twice. Null: no JSON. */
const parseRaw = (text) => {
  let at = 0;
  const space = () => { while (' \t\n\r'.includes(text[at]) && at < text.length) at++; };
  const lexeme = (pattern) => {
    pattern.lastIndex = at;
    const hit = pattern.exec(text);
    if (!hit) throw new SyntaxError('no JSON');
    at += hit[0].length;
    return hit[0];
  };
  const STRING = /"(?:[^"\\]|\\[^])*"/y;
  const SCALAR = /-?[0-9][0-9.eE+-]*|true|false|null/y;
  const value = (depth) => {
    if (depth > DEEPEST) throw new SyntaxError('too deep');
    space();
    const open = text[at];
    if (open === '"') return { kind: 's', raw: lexeme(STRING) };
    if (open !== '{' && open !== '[') {
      const raw = lexeme(SCALAR);
      return { kind: /^[-0-9]/.test(raw) ? 'n' : 'w', raw };
    }
    const close = open === '{' ? '}' : ']';
    const items = [];
    at++;
    space();
    while (text[at] !== close) {
      if (items.length > 0) {
        if (text[at] !== ',') throw new SyntaxError('no JSON');
        at++;
        space();
      }
      const item = { name: String(items.length) };
      if (open === '{') {
        item.raw = lexeme(STRING);
        item.name = JSON.parse(item.raw);
        space();
        if (text[at] !== ':') throw new SyntaxError('no JSON');
        at++;
      }
      item.value = value(depth + 1);
      items.push(item);
      space();
    }
    at++;
    return { kind: open, close, items };
  };
  try {
    const root = value(0);
    space();
    return at === text.length ? root : null;
  } catch {
    return null;
  }
};

const tokens = (pointer) => pointer.split('/').slice(1).map((t) => t.replaceAll('~1', '/').replaceAll('~0', '~'));

/* Puts each mark on the node it names; on what is there of the way to it, where a field is missing. */
const placeMarks = (root, marks) => {
  for (const mark of marks) {
    let node = root;
    const path = tokens(mark.pointer);
    for (let i = 0; i < path.length; i++) {
      const item = node.items && node.items.find((one) => one.name === path[i]);
      if (!item) {
        if (node.items) (node.missing = node.missing || []).push({ name: path.slice(i).join('/'), mark });
        else node.mark = mark;
        node = null;
        break;
      }
      node = item.value;
    }
    if (node) node.mark = mark;
  }
};

const KIND = { s: 'j-s', n: 'j-n', w: 'j-w' };
const isPlain = (node) => !node.mark && !node.missing && (!node.items || node.items.every((item) => isPlain(item.value)));
const flatLength = (node) =>
  node.items ? node.items.reduce((sum, item) => sum + (item.raw ? item.raw.length + 2 : 0) + flatLength(item.value) + 2, 2) : node.raw.length;

const printNode = (node, indent, out) => {
  if (!node.items) {
    out.append(h('span', { class: KIND[node.kind] }, show(node.raw)));
    return;
  }
  const flat = isPlain(node) && flatLength(node) + indent * 2 <= 64;
  const inner = '\n' + '  '.repeat(indent + 1);
  out.append(node.kind);
  node.items.forEach((item, i) => {
    out.append(i > 0 ? ',' : '', flat ? (i > 0 || node.kind === '{' ? ' ' : '') : inner);
    const target = item.value.mark ? h('mark', { class: 'field', title: item.value.mark.text }) : out;
    if (item.raw) target.append(h('span', { class: 'j-k' }, show(item.raw)), ': ');
    printNode(item.value, indent + 1, target);
    if (target !== out) out.append(target);
  });
  for (const gone of node.missing || []) {
    out.append(inner, h('mark', { class: 'field gone', title: gone.mark.text }, clean(gone.name) + ' is missing'));
  }
  if (!flat && (node.items.length > 0 || node.missing)) out.append('\n' + '  '.repeat(indent));
  if (flat && node.items.length > 0 && node.kind === '{') out.append(' ');
  out.append(node.close);
};

/* A <pre> with the frame; what is no JSON is shown as it is, and marked as a whole where it is at fault. */
const prettyFrame = (text, marks) => {
  const out = h('pre', { class: 'frame', tabindex: '0' });
  const root = text.length <= 500000 ? parseRaw(text) : null;
  if (root) {
    placeMarks(root, marks.filter((mark) => mark.pointer));
    printNode(root, 0, out);
  } else {
    out.append(marks.length > 0 ? h('mark', { class: 'field', title: marks[0].text }, show(text)) : show(text));
  }
  return out;
};
`;
