namespace CustomerLifecycle.Tool;

/// <summary>How the report looks: light, dark and on paper. The palette is blue and vermilion, which the colour-blind tell apart.</summary>
internal static class StyleSheet
{
    public const string Text = """
        :root{--bg:#fcfbf8;--card:#ffffff;--ink:#1d2329;--muted:#59616b;--grid:#e6e3dc;--rule:#b9b5ab;--actual:#1d2329;--blue:#1a6aa5;--tint:#1a6aa51a;--second:#c2570c;--expected:#c2570c;--callout:#fdf3e3;--callout-edge:#c2570c;
        --s0:#f1f5f9;--s1:#dbe8f2;--s2:#bfd8ea;--s3:#9cc4df;--s4:#74abd1;--s5:#4c90c0;--s6:#2d74a9;--s7:#19588c;--s8:#0b3d69;--i0:#1d2329;--i1:#1d2329;--i2:#1d2329;--i3:#1d2329;--i4:#0d1a26;--i5:#0d1a26;--i6:#ffffff;--i7:#ffffff;--i8:#ffffff;--dot:#c2570c;--dot-edge:#ffffff}
        @media (prefers-color-scheme:dark){:root{--bg:#13171b;--card:#1a1f25;--ink:#e9e6e0;--muted:#a4abb4;--grid:#2b323a;--rule:#505963;--actual:#e9e6e0;--blue:#6cb2e6;--tint:#6cb2e626;--second:#f2954f;--expected:#f2954f;--callout:#2a2219;--callout-edge:#f2954f;
        --s0:#1f272f;--s1:#1e3244;--s2:#1f415d;--s3:#235376;--s4:#2c6892;--s5:#35739f;--s6:#5a9bc8;--s7:#84b8dc;--s8:#b5d6ed;--i0:#e9e6e0;--i1:#e9e6e0;--i2:#e9e6e0;--i3:#ffffff;--i4:#ffffff;--i5:#ffffff;--i6:#0d1a26;--i7:#0d1a26;--i8:#0d1a26;--dot:#f2954f;--dot-edge:#13171b}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
        header,main,footer{max-width:1180px;margin:0 auto;padding:0 28px}
        header{padding-top:44px}
        h1{font:600 34px/1.15 Georgia,"Noto Serif","Songti SC","Noto Serif CJK SC",serif;letter-spacing:-.01em;margin:0}
        .subtitle{color:var(--muted);margin:8px 0 20px;max-width:80ch}
        nav{display:flex;flex-wrap:wrap;gap:4px 22px;border-top:1px solid var(--rule);border-bottom:1px solid var(--grid);padding:10px 0;font-size:14px}
        a{color:var(--blue);text-decoration:none}
        a:hover,a:focus-visible{text-decoration:underline}
        section{padding-top:34px}
        h2{font:600 23px/1.25 Georgia,"Noto Serif","Songti SC","Noto Serif CJK SC",serif;margin:0 0 6px}
        section>p{max-width:78ch;margin:6px 0 12px}
        .callout{background:var(--callout);border-left:3px solid var(--callout-edge);padding:10px 14px;border-radius:0 4px 4px 0}
        .facts{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,1fr));gap:14px;margin:16px 0 14px}
        .facts>div{background:var(--card);border:1px solid var(--grid);border-radius:8px;padding:13px 16px 12px}
        dt{color:var(--muted);font-size:13.5px;line-height:1.35}
        dd{margin:3px 0 0;font-size:27px;line-height:1.2;font-weight:600;letter-spacing:-.01em}
        dd small{display:block;font-size:13px;font-weight:400;color:var(--muted);letter-spacing:0;line-height:1.4;margin-top:3px}
        .figures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:20px;margin:16px 0 8px}
        figure{margin:0;background:var(--card);border:1px solid var(--grid);border-radius:8px;padding:18px 20px 12px;break-inside:avoid;display:grid;grid-row:span 3;grid-template-rows:subgrid;row-gap:0}
        figure.wide{grid-column:1/-1}
        h3{font-size:16.5px;line-height:1.35;margin:0;font-weight:600}
        section>h3{margin:26px 0 0}
        figcaption p{margin:4px 0 12px;color:var(--muted);font-size:14px;line-height:1.45}
        svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;fill:var(--muted);font-variant-numeric:tabular-nums}
        .grid{stroke:var(--grid)}.axis{stroke:var(--rule)}.marker{stroke:var(--muted);stroke-dasharray:3 3}
        .line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
        .line.actual{stroke:var(--actual);stroke-width:1.5}.line.expected{stroke:var(--expected);stroke-width:2.2}.line.curve{stroke:var(--blue);stroke-width:2.2}.line.reference{stroke:var(--muted);stroke-width:1.2;stroke-dasharray:5 4}
        svg text.label,svg text.note{fill:var(--muted)}svg text.name{font-weight:600}
        svg text.name.actual{fill:var(--actual)}svg text.name.expected{fill:var(--expected)}svg text.name.curve{fill:var(--blue)}svg text.name.reference{fill:var(--muted);font-weight:400}
        svg text.row{fill:var(--ink);font-size:13px}
        .bar{fill:var(--blue)}.bar.second{fill:var(--second)}.tint{fill:var(--tint)}
        .dot{fill:var(--dot);stroke:var(--dot-edge);stroke-width:1}
        svg text.cell{font-weight:600;font-size:13px}svg text.small{font-weight:400;font-size:11px}
        .s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}.s5{fill:var(--s5)}.s6{fill:var(--s6)}.s7{fill:var(--s7)}.s8{fill:var(--s8)}
        svg text.in0{fill:var(--i0)}svg text.in1{fill:var(--i1)}svg text.in2{fill:var(--i2)}svg text.in3{fill:var(--i3)}svg text.in4{fill:var(--i4)}svg text.in5{fill:var(--i5)}svg text.in6{fill:var(--i6)}svg text.in7{fill:var(--i7)}svg text.in8{fill:var(--i8)}
        details{margin-top:10px;font-size:13.5px}
        summary{color:var(--muted);cursor:pointer;width:max-content}
        .scroll{overflow-x:auto}
        details .scroll{max-height:320px;overflow-y:auto;margin-top:8px}
        table{border-collapse:collapse;width:100%;font-size:14px;margin:10px 0}
        caption{text-align:left;color:var(--muted);padding-bottom:6px;font-size:13.5px}
        th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--grid);vertical-align:top}
        th{font-weight:600;font-size:13px;color:var(--muted);border-bottom-color:var(--rule)}
        .number{text-align:right;white-space:nowrap;padding-left:12px;padding-right:0}
        .number+td:not(.number),.number+th:not(.number){padding-left:24px}
        footer{color:var(--muted);font-size:13px;padding-top:36px;padding-bottom:44px}
        @media (max-width:820px){.figures{grid-template-columns:minmax(0,1fr)}.facts{grid-template-columns:repeat(2,minmax(0,1fr))}.drawing{overflow-x:auto;overflow-y:hidden}figure.wide svg{min-width:760px}header,main,footer{padding-left:16px;padding-right:16px}header{padding-top:24px}h1{font-size:27px}figure{padding:14px 14px 10px}}
        @media print{:root{--bg:#ffffff;--card:#ffffff;--ink:#000000;--muted:#444444;--grid:#dddddd;--rule:#999999;--actual:#000000;--blue:#1a6aa5;--tint:#1a6aa51a;--second:#c2570c;--expected:#c2570c;--callout:#ffffff;
        --s0:#f1f5f9;--s1:#dbe8f2;--s2:#bfd8ea;--s3:#9cc4df;--s4:#74abd1;--s5:#4c90c0;--s6:#2d74a9;--s7:#19588c;--s8:#0b3d69;--i0:#000000;--i1:#000000;--i2:#000000;--i3:#000000;--i4:#000000;--i5:#000000;--i6:#ffffff;--i7:#ffffff;--i8:#ffffff;--dot:#c2570c;--dot-edge:#ffffff}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}nav,details{display:none}.drawing{overflow:visible}figure.wide svg{min-width:0}body{font-size:11pt}header,main,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}section{padding-top:18pt}h2,h3{break-after:avoid}figure,.facts>div,tr{break-inside:avoid}.figures{gap:10pt}}

        """;
}
