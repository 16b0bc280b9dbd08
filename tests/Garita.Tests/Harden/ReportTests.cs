using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Garita.Harden;
using Garita.Hardening.Audits;
using Xunit;

namespace Garita.Tests.Harden;

public sealed partial class ReportTests
{
    [Fact]
    public void Text_has_what_is_wrong_first_with_how_to_mend_it()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        TextReport.Write(text, SampleReport.Of());
        Assert.StartsWith("""
            Audit of mx.example.com, 2026-03-01 12:00Z, as gateway, postfix

            1 Physical access: 33 %, 1 of 3 pass
              FAIL            ctrl-alt-del: title of ctrl-alt-del
                              found     </dd><script>alert(1)</script>\u{1b}[31m\u{202e}" onload='x'
                              expected  expected of ctrl-alt-del
                              why       why ctrl-alt-del
                              mend      mend ctrl-alt-del
              unknown         locked-out: title of locked-out
                              found     /etc/shadow cannot be read: Permission denied
              pass            boot-password: title of boot-password

            2 Updates: nothing here that it is about
              not applicable  updates: title of updates
                              found     no dpkg here

            5 Local firewall: 0 %, 0 of 1 pass
              warning         open-ports: title of open-ports
                              found     tcp 111
                                        tcp 631

            """.ReplaceLineEndings("\n"), text.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("""

            Changed since 2026-02-01 08:30Z:
              worse   ctrl-alt-del: pass -> fail
              better  boot-password: unknown -> pass

            measure            score  pass  fail  warning  unknown  not applicable
            1 Physical access  33 %   1     1     0        1        0
            2 Updates          -      0     0     0        0        1
            5 Local firewall   0 %    0     0     1        0        0
            All measures       25 %   1     1     1        1        1

            """.ReplaceLineEndings("\n"), text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_lets_nothing_of_the_host_become_markup()
    {
        var page = HtmlReport.Make(SampleReport.Of(host: "<b>mx</b>"));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>mx", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", page, StringComparison.Ordinal);
        Assert.Contains("&lt;/dd&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\u{1b}[31m\\u{202e}&quot; onload=&#39;x&#39;", page, StringComparison.Ordinal);
        Assert.Contains("Hardening of &lt;b&gt;mx&lt;/b&gt;", page, StringComparison.Ordinal);
    }

    /// <summary>Nothing from outside, and a policy that allows just its own style.</summary>
    [Fact]
    public void The_page_needs_nothing_else()
    {
        var page = HtmlReport.Make(SampleReport.Of());
        var style = Style().Match(page).Groups["style"].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Contains($"default-src 'none'; style-src 'sha256-{hash}'", page, StringComparison.Ordinal);
        Assert.Empty(Outside().Matches(page));
        Assert.Single(Style().Matches(page));
    }

    [Fact]
    public void The_page_has_a_chart_for_each_measure_and_what_changed()
    {
        var page = HtmlReport.Make(SampleReport.Of());
        Assert.Equal(3, Regex.Count(page, "<a class=\"card\"", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Contains("<rect class=\"pass\" x=\"0\" y=\"0\" width=\"333.33\" height=\"10\"><title>1 pass</title></rect><rect class=\"fail\" x=\"333.33\"", page, StringComparison.Ordinal);
        Assert.Contains("Changed since 2026-02-01 08:30 UTC", page, StringComparison.Ordinal);
        Assert.Contains("<td><span class=\"badge pass\">pass</span></td><td><span class=\"badge fail\">fail</span></td><td>worse</td>", page, StringComparison.Ordinal);
        Assert.Contains("<details open><summary><span class=\"badge fail\">fail</span> title of ctrl-alt-del<code>ctrl-alt-del</code></summary>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>mend</dt><dd>mend ctrl-alt-del</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dd>tcp 111\ntcp 631</dd>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("mend boot-password", page, StringComparison.Ordinal);
        Assert.Contains(">25%</text>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Changed since", HtmlReport.Make(SampleReport.Of() with { Since = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_of_nothing_has_a_page_too()
    {
        var nothing = new AuditReport("", DateTimeOffset.UnixEpoch, "/mnt/<x>", [], Whole: false, []);
        Assert.Contains(">–</text>", HtmlReport.Make(nothing), StringComparison.Ordinal);
        Assert.Contains("/mnt/&lt;x&gt;", HtmlReport.Make(nothing), StringComparison.Ordinal);
    }

    [GeneratedRegex("<style>(?<style>.*?)</style>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Style();

    [GeneratedRegex("(src|href)=\"(?!#)|style=|url\\(|@import| on\\w+=\"|https?://", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Outside();
}
