/** The HTML report in a real browser: quiet, offline, filterable, and it shows the offending field. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { bigReport, fullReport, greenReport, load, reportOf } from '../../reporters/fixtures/report.ts';
import { htmlReporter } from '../../reporters/html/index.ts';
import type { Report } from '../../src/report.ts';

/** A report of 500 cases with 60 frames each has to be usable within this; the machine of a CI is slow. */
const QUICK_MS = 5000;

describe('HTML report in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'plugproof-report-'));
  const shots = process.env['SCREENSHOTS'] ?? join(folder, 'shots');

  before(async () => {
    mkdirSync(shots, { recursive: true });
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report from a file; every test ends with nothing said on the console and nothing asked of the network. */
  async function withPage(
    report: Report,
    options: BrowserContextOptions & { readonly hash?: string },
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { hash = '', ...context } = options;
    const file = join(folder, 'report.html');
    writeFileSync(file, htmlReporter(report, {}));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...context });
    const said: string[] = [];
    const asked: string[] = [];
    const dialogs: string[] = [];
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const url = pathToFileURL(file).href;
    try {
      await page.goto(url + hash);
      await use(page);
      expect(said, 'console').to.deep.equal([]);
      expect(dialogs, 'dialogs').to.deep.equal([]);
      expect(
        asked.filter((one) => one.split('#')[0] !== url && !one.startsWith('data:')),
        'requests',
      ).to.deep.equal([]);
    } finally {
      await page.close();
    }
  }
  const visible = (page: Page) => page.locator('article.case:visible').count();

  it('says the verdict in plain words and lists every case, worst first', async () => {
    await withPage(fullReport(), {}, async (page) => {
      expect(await page.locator('h1').textContent()).to.equal('Does not conform');
      expect(await page.locator('.says').first().textContent()).to.contain('3 of 13 cases fail');
      expect(await visible(page)).to.equal(13);
      expect(await page.locator('article.case').first().getAttribute('data-outcome')).to.equal('fail');
      expect(await page.locator('.case .body > *').count(), 'nothing is rendered before it is opened').to.equal(0);
      await page.screenshot({ path: join(shots, 'top.png'), fullPage: true });
    });
  });

  it('draws what a case shows over time', async () => {
    await withPage(fullReport(), {}, async (page) => {
      const one = fullReport().cases.find(({ charts }) => charts !== undefined);
      const article = page.locator('article.case', { hasText: one?.id ?? '' }).first();
      await article.locator('summary, button').first().click();
      expect(await page.locator('figure.curves').count()).to.equal(1);
      expect(await page.locator('figure.curves > svg path').getAttribute('d')).to.match(/^M58 .*M/);
      expect(await page.locator('figure.curves > svg circle').count()).to.equal(3);
      expect(await page.locator('.curve-key li').allTextContents()).to.deep.equal(['right, by the oracle', 'metered']);
      await page.locator('figure.curves').screenshot({ path: join(shots, 'curves.png') });
    });
  });

  it('filters by text, verdict and block, by mouse and by keyboard', async () => {
    await withPage(fullReport(), {}, async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('remotestartid');
      await page.waitForFunction('document.querySelectorAll("article.case:not([hidden])").length === 1');
      expect(await page.locator('#_shown').textContent()).to.equal('1 of 13 cases');
      await page.keyboard.press('Escape');
      expect(await visible(page)).to.equal(13);
      await page.locator('.chip.fail').click();
      expect(await visible(page)).to.equal(3);
      await page.keyboard.press('2');
      expect(await visible(page), 'fail and stale').to.equal(4);
      await page.keyboard.press('0');
      await page.locator('#_block').selectOption('Provisioning');
      expect(await visible(page)).to.equal(4);
      await page.locator('button.pick[data-block="Provisioning"][data-outcome="inconclusive"]').click();
      expect(await visible(page)).to.equal(2);
      await page.locator('#_clear').click();
      expect(await visible(page)).to.equal(13);
      await page.keyboard.press('/');
      await page.keyboard.type('nothing has this');
      await page.locator('#_none').waitFor({ state: 'visible' });
      expect(await visible(page)).to.equal(0);
    });
  });

  it('draws the diagram and opens the frame with its field marked', async () => {
    await withPage(fullReport(), {}, async (page) => {
      const article = page.locator('article[id="csms/provisioning/boot-pending"]');
      await article.locator('.row').click();
      expect(await article.locator('svg.diagram .msg').count()).to.equal(4);
      expect(await article.locator('svg.diagram .event').count()).to.equal(3);
      expect(await article.locator('svg.diagram .busy').count(), 'answers tied to their calls').to.equal(2);
      expect(await article.locator('svg.diagram .msg.faulty').count()).to.equal(1);
      expect(await article.locator('.panel mark.field').textContent()).to.equal('"currentTime": "01/01/1970 00:00"');
      await article.locator('.msg[data-n="5"]').click();
      expect(await article.locator('.panel .panel-head').textContent()).to.contain('SetVariables');
      expect(await article.locator('.panel mark.field').count()).to.equal(0);
      await page.keyboard.press('ArrowUp');
      expect(await article.locator('.panel .panel-head').textContent()).to.contain('Frame 3');
      expect(new URL(page.url()).hash).to.equal('#csms/provisioning/boot-pending:3');
      await article.locator('.panel button', { hasText: 'Raw' }).click();
      expect(await article.locator('.panel pre.raw').textContent()).to.equal(fullReport().cases[1]?.trace[2]?.text);
      await page.screenshot({ path: join(shots, 'case.png'), fullPage: true });
      await page.keyboard.press('Escape');
      await article.locator('.panel').waitFor({ state: 'hidden' });
    });
  });

  it('shows a field that is missing', async () => {
    await withPage(fullReport(), { hash: '#csms/transactions/started-by-remote' }, async (page) => {
      const article = page.locator('article.open');
      expect(await article.locator('.panel mark.gone').textContent()).to.equal('remoteStartId is missing');
      expect(await article.locator('.msg[data-n="7"]').getAttribute('aria-label')).to.contain('no answer');
    });
  });

  it('follows deep links to a case, to a version of it and to a frame', async () => {
    await withPage(fullReport(), { hash: '#csms/metering/long-meter-values:2' }, async (page) => {
      expect(await page.locator('article.open').getAttribute('id')).to.equal('csms/metering/long-meter-values');
      expect(await page.locator('.panel .panel-head').textContent()).to.contain('Frame 2');
      expect(await page.locator('.panel mark.field').textContent()).to.equal('"value": 1375');
      await page.evaluate('location.hash = "csms/provisioning/cold-boot@1.6"');
      await page.locator('article[id="csms/provisioning/cold-boot@1.6"].open').waitFor();
      await page.evaluate('location.hash = "csms/provisioning/cold-boot"');
      await page.locator('article[id="csms/provisioning/cold-boot@2.0.1"].open').waitFor();
    });
  });

  it('shows hostile text as text', async () => {
    await withPage(fullReport(), { hash: '#ocppj/errors/unknown-action' }, async (page) => {
      const article = page.locator('article.open');
      expect(await page.locator('img, script:not([id]):not(:last-of-type)').count()).to.equal(0);
      expect(await article.locator('.panel pre').first().textContent()).to.contain('<img src=x onerror=alert(1)>');
      expect(await article.locator('.panel .ctl').first().textContent()).to.equal('U+001B');
      expect(await article.locator('.msg.wrong').count()).to.equal(4);
      await page.screenshot({ path: join(shots, 'hostile.png'), fullPage: true });
    });
  });

  it('copies the replay command', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    await withPage(fullReport(), { permissions, hash: '#csms/provisioning/boot-pending' }, async (page) => {
      await page.locator('.replay .copy').click();
      await page.locator('.replay .copy', { hasText: 'Copied' }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).to.equal(fullReport().cases[1]?.replay);
    });
  });

  it('is dark where the system is, and where the reader says so', async () => {
    const ground = 'getComputedStyle(document.body).backgroundColor';
    await withPage(
      fullReport(),
      { colorScheme: 'dark', hash: '#csms/transactions/started-by-remote' },
      async (page) => {
        const dark = await page.evaluate(ground);
        await page.screenshot({ path: join(shots, 'dark.png'), fullPage: true });
        await page.locator('#_theme').click();
        expect(await page.locator('#_theme').textContent()).to.equal('Theme: light');
        const light = await page.evaluate(ground);
        expect(light).not.to.equal(dark);
        await page.locator('#_theme').click();
        expect(await page.evaluate(ground)).to.equal(dark);
      },
    );
  });

  it('fits a telephone', async () => {
    const viewport = { width: 400, height: 850 };
    await withPage(fullReport(), { viewport, hash: '#csms/provisioning/boot-pending' }, async (page) => {
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, 'columns wider than the screen').to.equal(0);
      expect(await page.locator('.panel').isVisible(), 'the sheet waits for a tap').to.equal(false);
      await page.locator('.msg[data-n="3"]').click();
      await page.locator('.panel').waitFor();
      await page.screenshot({ path: join(shots, 'phone.png') });
    });
  });

  it('opens what is red for the printer', async () => {
    await withPage(fullReport(), {}, async (page) => {
      await page.pdf({ path: join(shots, 'report.pdf'), format: 'A4' });
      expect(await page.locator('article.open').count()).to.equal(8);
    });
  });

  it('stays calm where all is well', async () => {
    await withPage(greenReport(), {}, async (page) => {
      expect(await page.locator('h1').textContent()).to.equal('Conforms');
      await page.screenshot({ path: join(shots, 'green.png'), fullPage: true });
    });
  });

  it('stays quick with 500 cases of 60 frames', async () => {
    await withPage(bigReport(500, 60), {}, async (page) => {
      const loaded = (await page.evaluate('performance.now()')) as number;
      expect(loaded, 'load').to.be.below(QUICK_MS);
      const filtered = await page.evaluate(
        `(() => { const start = performance.now(); const q = document.getElementById('_query'); q.value = 'generated-499';
          q.dispatchEvent(new Event('input')); return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)))); })()`,
      );
      expect(await visible(page)).to.equal(1);
      expect(filtered as number, 'filter').to.be.below(QUICK_MS / 5);
      await page.locator('article.case:visible .row').click();
      expect(await page.locator('article.open svg.diagram .msg').count()).to.be.above(40);
    });
  });

  it('draws a load run over time, in either theme and at any width', async () => {
    const series = Array.from({ length: 60 }, (_, i) => ({
      at: i * 1_000,
      values: { ocpp_calls: 100 + i, ocpp_stations: 50, 'ocpp_call_latency p(99)': 20 + i },
    }));
    await withPage(
      reportOf([], { load: { ...load, series } }),
      { viewport: { width: 500, height: 900 } },
      async (page) => {
        expect(await page.locator('#_charts figure canvas').count()).to.equal(3);
        await page.locator('#_theme').click();
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(await page.locator('#_charts figure canvas').count()).to.equal(3);
        const widths = await page
          .locator('#_charts figure')
          .evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
        expect(Math.max(...widths)).to.equal(0);
        await page.screenshot({ path: join(shots, 'load.png') });
      },
    );
  });
});
