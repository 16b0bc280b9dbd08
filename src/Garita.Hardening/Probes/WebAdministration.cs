namespace Garita.Hardening.Probes;

internal sealed class WebAdministration : MailProbe
{
    public override string Id => "no-web-administration";

    public override string Title => "Administration is not reached from here";

    public override string Why => "/ecp and /powershell were the way in of ProxyLogon, ProxyShell and ProxyNotShell (CVE-2021-26855, CVE-2021-34473, CVE-2022-41040).";

    public override string Expected => "nothing at /ecp and /powershell";

    public override string Mend => "Exchange: Client Access Rules, or Set-EcpVirtualDirectory -AdminEnabled $false, and a filter before 443; give strangers at most what phones and Outlook need";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var found = new List<string>();
        var at = 0;
        foreach (var path in (string[])[$"/{Guid.NewGuid():N}", "/ecp/", "/powershell/", "/owa/", "/autodiscover/autodiscover.xml"])
        {
            if (await target.OpenOtherAsync(target.WebPort) is not { } talk)
                return Finding.NotApplicable("nobody listens on port 443");
            await using var _ = talk;
            await talk.SecureAsync();
            await talk.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {target.Host}\r\nConnection: close\r\n\r\n"));
            var status = (await talk.LineAsync()).Split(' ');
            if (status is not [['H', 'T', 'T', 'P', '/', ..], { Length: 3 } code, ..])
                return Finding.Unknown("that is no web server");
            if (at++ == 0)
            {
                // Who answers everything alike tells nothing.
                if (code[0] is not '4')
                    return Finding.Unknown($"it answers {code} to a path that nobody has");
            }
            else if (code[0] is '2' or '3' || code is "401" or "440")
            {
                found.Add($"{path} ({code})");
            }
        }

        return found.Exists(static one => one.StartsWith("/ecp", StringComparison.Ordinal) || one.StartsWith("/powershell", StringComparison.Ordinal)) ? Finding.Fail(string.Join(", ", found) + " answer")
            : Finding.Pass(found.Count == 0 ? "none of Exchange's paths answers" : string.Join(", ", found) + " answer, no administration");
    }
}
