namespace CustomerLifecycle.Tool.Tests;

/// <summary>The report as a browser shows it.</summary>
public class BrowserTests
{
    private static readonly string[] Charts = ["weekly", "cumulative", "frequency", "by-frequency", "rfm", "groups-shares", "stages-over-time", "alive", "concentration", "value-distribution", "points-lapses"];

    /// <summary>Texts of one drawing that lie on each other, and texts that stick out of their drawing.</summary>
    private const string Collisions = """
        (() => {
          const bad = [];
          for (const svg of document.querySelectorAll('svg')) {
            const box = svg.getBoundingClientRect();
            const texts = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, r: t.getBoundingClientRect() }));
            for (const t of texts) if (t.r.left < box.left - 2 || t.r.right > box.right + 2 || t.r.top < box.top - 2 || t.r.bottom > box.bottom + 2) bad.push(`${svg.id}: '${t.text}' sticks out`);
            for (let i = 0; i < texts.length; i++)
              for (let j = i + 1; j < texts.length; j++) {
                const a = texts[i].r, b = texts[j].r;
                if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3) bad.push(`${svg.id}: '${texts[i].text}' on '${texts[j].text}'`);
              }
          }
          return bad.join('; ');
        })()
        """;

    /// <summary>Texts of a drawing against what lies behind them, by the WCAG contrast of 4.5.</summary>
    private const string Faint = """
        (() => {
          const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 }; };
          const light = rgb => { const [r, g, b] = rgb.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const bad = new Set();
          for (const svg of document.querySelectorAll('svg')) {
            const card = parse(getComputedStyle(svg.closest('figure')).backgroundColor).rgb;
            const rects = [...svg.querySelectorAll('rect')].map(r => ({ b: r.getBoundingClientRect(), c: parse(getComputedStyle(r).fill).rgb }));
            for (const t of svg.querySelectorAll('text')) {
              const b = t.getBoundingClientRect(), x = (b.left + b.right) / 2, y = (b.top + b.bottom) / 2;
              const under = rects.filter(r => r.b.left <= x && x <= r.b.right && r.b.top <= y && y <= r.b.bottom).pop();
              const one = light(parse(getComputedStyle(t).fill).rgb), two = light(under ? under.c : card);
              const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
              if (contrast < 4.5) bad.add(`${svg.id}: '${t.textContent}' ${contrast.toFixed(2)}`);
            }
          }
          return [...bad].join('; ');
        })()
        """;

    [BrowserTheory]
    [InlineData("en", false, 1240)]
    [InlineData("en", true, 1240)]
    [InlineData("zh", false, 1240)]
    [InlineData("zh", true, 820)]
    [InlineData("en", false, 500)]
    public async Task Report_InABrowser_DrawsEveryChartAndComplainsOfNothing(string language, bool isDark, int width)
    {
        using var clm = new Clm();
        Assert.Equal(0, (await clm.RunAsync("demo", "--customers", "2000", "--lang", language)).ExitCode);

        await using var browser = await Browser.OpenAsync(Path.Combine(clm.Report, "report.html"), isDark, width);

        await MustShowAsync(browser, Charts);
    }

    [BrowserTheory]
    [InlineData("shop without amounts", "cumulative weekly frequency rfm groups-shares stages-over-time alive concentration")]
    [InlineData("one customer", "rfm groups-shares")]
    public async Task Report_OfLess_DrawsWhatThereIs(string what, string charts)
    {
        using var clm = new Clm();
        var file = what is "one customer" ? clm.Write("in.csv", "customer_id,date,amount\nc1,2025-01-01,5\n") : clm.WriteShop(withAmounts: false);
        Assert.Equal(0, (await clm.RunAsync("report", file)).ExitCode);

        await using var browser = await Browser.OpenAsync(Path.Combine(clm.Report, "report.html"), isDark: false, width: 1240);

        await MustShowAsync(browser, charts.Split(' '));
    }

    private static async Task MustShowAsync(Browser browser, string[] charts)
    {
        foreach (var chart in charts)
        {
            Assert.True(
                (await browser.EvaluateAsync($"(() => {{ const svg = document.getElementById('{chart}-chart'); if (!svg) return false; const b = svg.getBoundingClientRect(); return b.width > 250 && b.height > 100 && svg.querySelectorAll('path,rect,line').length > 5 && svg.getAttribute('role') === 'img' && svg.querySelector('title').textContent.length > 5 && !!document.querySelector('#{chart} table'); }})()"))!.GetValue<bool>(),
                $"{chart} is not drawn.");
        }

        Assert.Equal(charts.Length, (await browser.EvaluateAsync("document.querySelectorAll('figure svg').length"))!.GetValue<double>());
        Assert.Equal("", (await browser.EvaluateAsync(Collisions))!.GetValue<string>());
        Assert.Equal("", (await browser.EvaluateAsync(Faint))!.GetValue<string>());
        Assert.False((await browser.EvaluateAsync("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))!.GetValue<bool>(), "The page is wider than the window.");
        Assert.Equal(1, (await browser.EvaluateAsync("performance.getEntriesByType('navigation').length + performance.getEntriesByType('resource').filter(r => !r.name.startsWith('data:')).length"))!.GetValue<double>());
        Assert.Empty(browser.Complaints);
    }
}
