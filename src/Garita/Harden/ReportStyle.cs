namespace Garita.Harden;

/// <summary>How the page of an audit looks: on light and dark screens, and on paper, where what is not well is unfolded and the rest a line each.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--pass:#2c8a57;--fail:#c9302c;--warning:#d98c00;--unknown:#7b61b8;--none:#b9c1cc}
        @media(prefers-color-scheme:dark){:root{--paper:#12161c;--card:#1b2129;--ink:#e4e9f0;--soft:#9aa6b5;--line:#2e3742;--pass:#48b97d;--fail:#f0635e;--warning:#f0ad3a;--unknown:#a58be0;--none:#4a5563}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
        main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 4rem}
        h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2.2rem 0 .6rem}p{margin:.3rem 0}
        .soft{color:var(--soft)}
        .total{display:flex;gap:1.5rem;align-items:center;margin:1.4rem 0}
        .total svg{width:7.5rem;height:7.5rem;flex:none}
        .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:.9rem}
        .card{display:block;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;color:inherit;text-decoration:none}
        .card b{float:right;font-size:1.15rem}
        .card svg{display:block;width:100%;height:.8rem;margin:.6rem 0 .4rem}
        .pass{fill:var(--pass)}.fail{fill:var(--fail)}.warning{fill:var(--warning)}.unknown{fill:var(--unknown)}.none{fill:var(--none)}
        .ring{fill:none;stroke:var(--none);stroke-width:10}.score{fill:none;stroke:var(--pass);stroke-width:10}
        .figure{fill:var(--ink);font-size:26px;font-weight:600;text-anchor:middle}
        .badge{display:inline-block;min-width:6.2rem;text-align:center;padding:.05rem .5rem;border-radius:1rem;font-size:.8rem;font-weight:600;border:1px solid currentColor}
        .badge.pass{color:var(--pass)}.badge.fail{color:var(--fail)}.badge.warning{color:var(--warning)}.badge.unknown{color:var(--unknown)}.badge.none{color:var(--soft)}
        details{background:var(--card);border:1px solid var(--line);border-radius:.5rem;margin:.4rem 0}
        summary{cursor:pointer;padding:.5rem .8rem}
        summary code{color:var(--soft);margin-left:.4rem}
        dl{display:grid;grid-template-columns:6.5rem 1fr;gap:.25rem .8rem;margin:0;padding:.2rem .8rem .8rem}
        dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;white-space:pre-line}
        code{font:.85em ui-monospace,"DejaVu Sans Mono",monospace}
        table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
        @media(max-width:36rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
        @media print{
        :root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--pass:#2c8a57;--fail:#c9302c;--warning:#b97700;--unknown:#6a51a3;--none:#c4cad2}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        body{font-size:10pt}main{max-width:none;padding:0}
        main{font-size:9pt}.card,details,tr,.total{break-inside:avoid}details{margin:.15rem 0}summary{padding:.2rem .6rem}h2{break-after:avoid}
        .printed::details-content{content-visibility:visible;block-size:auto}
        }
        """;
}
