/** Escaping and fitting of text; finding a field in a frame. */
import { expect } from 'chai';
import fc from 'fast-check';
import { locate, pointerOfRef, shorten } from './frame.ts';
import {
  cdata,
  clip,
  columns,
  duration,
  headBytes,
  html,
  oneLine,
  printable,
  withoutCommands,
  wrap,
  xmlAttribute,
} from './text.ts';

describe('text of an SUT', () => {
  it('reaches a terminal without escape sequences and control characters', () => {
    expect(
      printable('\u001b[31mred\u001b[0m \u001b]0;title\u0007x \u001b]8;;http://e\u001b\\link \u009b1mC1\u009b0m'),
    ).to.equal('red x link C1');
    expect(printable('\u001b]0;never closed')).to.equal('0;never closed');
    expect(printable('a\u0000b\u0007c\u007fd\u202ee\ud800')).to.equal('a\ufffdb\ufffdc\ufffdd\ufffde\ufffd');
    expect(printable('a\r\nb\rc')).to.equal('a\nb\nc');
    expect(oneLine('a\n  b\tc')).to.equal('a ⏎ b c');
  });
  it('never leaves an escape on the terminal, whatever is sent', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '3',
        '1',
        'm',
        ';',
        '\u0007',
        '\\',
        '\u009b',
        '\u0090',
        'P',
        '\n',
        '\r',
        'a',
      ),
    });
    fc.assert(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      fc.property(nasty, (text) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(printable(text))),
      { seed: 7 },
    );
  });
  it('gives no orders to a CI runner', () => {
    expect(printable('##[error]x ##vso[task.complete] ##teamcity[x]')).not.to.match(/##\w*\[/);
    expect(withoutCommands('::error::x\n   ::add-mask::y\n \u001b[31m::z\na::b')).to.equal(
      ': :error::x\n   : :add-mask::y\n \u001b[31m: :z\na::b',
    );
  });
  it('stays text in XML and HTML', () => {
    expect(xmlAttribute('<a b="c">\'&\n\u0001\ufffe')).to.equal('&lt;a b=&quot;c&quot;&gt;&#39;&amp;&#10;');
    expect(cdata('a]]>b]]]]>c')).to.equal('<![CDATA[a]]]]><![CDATA[>b]]]]]]><![CDATA[>c]]>');
    expect(html(`</script>"'&\u202e`)).to.equal('&lt;/script&gt;&quot;&#39;&amp;\ufffd');
  });
});

describe('fitting', () => {
  it('counts columns, not UTF-16 units', () => {
    expect(columns('🔌日a\u0301\u001b[31mx\u001b[0m')).to.equal(6);
    expect(clip('日本語', 5)).to.equal('日本…');
    expect(clip('abc', 3)).to.equal('abc');
  });
  it('wraps at spaces, and in words that are too long', () => {
    expect(wrap('one two threefour', 7)).to.deep.equal(['one two', 'threefo', 'ur']);
    expect(wrap('a b c d e f', 3, 2)).to.deep.equal(['a b', 'c …']);
  });
  it('never exceeds the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 4, max: 90 }), (text, width) =>
        wrap(oneLine(text), width).every((line) => columns(line) <= width),
      ),
      { seed: 7 },
    );
  });
  it('cuts bytes between characters', () => {
    expect(headBytes('a€b', 3)).to.equal('a');
    expect(headBytes('a€b', 4)).to.equal('a€');
    expect(headBytes('a€b', 99)).to.equal('a€b');
  });
  it('says durations for a person', () => {
    expect([0, 999, 1500, 61_000, 3_723_000].map(duration)).to.deep.equal([
      '0 ms',
      '999 ms',
      '1.5 s',
      '1 min 1 s',
      '1 h 2 min',
    ]);
  });
});

describe('fields of a frame', () => {
  const entry = (text: string, kind: 'call' | 'callresult' | 'malformed' = 'callresult') => ({ kind, text });
  const found = (text: string, pointer: string) => {
    const span = locate(entry(text), pointer);
    return span && `${span.exact ? '' : 'in '}${text.slice(span.start, span.end)}`;
  };
  it('are found with their names, whatever the white space', () => {
    const text = '[3, "a,]" , { "x" : [1, {"y/z": "}\\"" }], "x~" :null } ]';
    expect(found(text, '/x/1/y~1z')).to.equal('"y/z": "}\\""');
    expect(found(text, '/x~0')).to.equal('"x~" :null');
    expect(found(text, '/x/0')).to.equal('1');
    expect(found(text, '/x/7')).to.equal('in "x" : [1, {"y/z": "}\\"" }]');
    expect(found(text, '/x/0/deep')).to.equal('in 1');
  });
  it('are not found where there is no payload', () => {
    expect(locate(entry('[3,"a"', 'malformed'), '/x')).to.equal(undefined);
    expect(locate(entry('not json'), '/x')).to.equal(undefined);
    expect(locate(entry('{'), '/x')).to.equal(undefined);
  });
  it('never throws, whatever is sent', () => {
    const nasty = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '\\', '3', 'a', ' ') });
    fc.assert(
      fc.property(nasty, (text) => {
        const span = locate(entry(text), '/a/3');
        return span === undefined || (span.start <= span.end && span.end <= text.length);
      }),
      { seed: 7, numRuns: 500 },
    );
    expect(() => locate(entry(`[3,"a",${'['.repeat(200_000)}`), '/0/0')).not.to.throw();
  });
  it('are taken from a requirement that names one', () => {
    const answer = entry('[3,"a",{"currentTime":1,"x":{"y":2}}]');
    expect(pointerOfRef(answer, 'BootNotificationResponse.currentTime')).to.equal('/currentTime');
    expect(pointerOfRef(answer, 'BootNotification.conf.x.y')).to.equal('/x/y');
    expect(pointerOfRef(answer, 'BootNotificationResponse.interval')).to.equal(undefined);
    expect(pointerOfRef(answer, 'B01.FR.02')).to.equal(undefined);
    expect(pointerOfRef(answer, '4.2')).to.equal(undefined);
  });
  it('stay in view when the frame is shortened', () => {
    const text = `[3,"a",{"one":"${'x'.repeat(500)}","bad":"HERE","two":"${'y'.repeat(500)}"}]`;
    const span = locate(entry(text), '/bad');
    const parts = shorten(text, 120, span);
    expect(parts.marked).to.equal('"bad":"HERE"');
    expect(parts.before)
      .to.match(/^\[3,"a",/)
      .and.to.contain('…');
    expect((parts.before + parts.marked + parts.after).length).to.be.at.most(121);
    expect(shorten(text, 20).before).to.have.length(20);
    const short = shorten('[3,"a",{"bad":1}]', 100, locate(entry('[3,"a",{"bad":1}]'), '/bad'));
    expect(short).to.deep.equal({ before: '[3,"a",{', marked: '"bad":1', after: '}]' });
  });
});
