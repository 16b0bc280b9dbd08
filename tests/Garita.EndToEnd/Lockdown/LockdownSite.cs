using Xunit;

namespace Garita.EndToEnd.Lockdown;

/// <summary>Gateway, mail server and stranger, and the settings of a gateway that has a lockdown to give.</summary>
internal static class LockdownSite
{
    /// <param name="program">What must be installed.</param>
    /// <param name="more">More lines of <c>[wall.lockdown]</c>.</param>
    public static MailSite Make(string program, string more = "")
    {
        Assert.SkipUnless(MailSite.Missing is null, MailSite.Missing ?? "");
        Assert.SkipUnless(File.Exists(program), program + " is not installed");
        var site = new MailSite();
        File.WriteAllText(Path.Combine(site.Folder, "garita.toml"), $"""
            hostname = "gw.example.com"
            data = "data"
            [[listener]]
            name = "mx"
            bind = "127.0.0.1:2525"
            [[tenant]]
            name = "acme"
            domains = ["example.com"]
            [tenant.backends]
            smtp = ["{MailSite.ServerAddress}:25"]
            [wall.lockdown]
            gateways = ["{MailSite.GatewayAddress}", "{MailSite.GatewayAddress6}"]
            {more}
            """);
        return site;
    }

    /// <summary>A verb of a lockdown script on the mail server.</summary>
    public static (int Code, string Text) Script(MailSite site, string file, string verb, string wait = "120") =>
        MailSite.In(site.Server, "env", "GARITA_WAIT=" + wait, "GARITA_KEEP=" + Path.Combine(site.Folder, "keep"), "CONF=" + Path.Combine(site.Folder, "postfix", "conf"), "sh", file, verb);
}
