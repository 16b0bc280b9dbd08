using Xunit;

namespace Garita.EndToEnd.Lockdown;

/// <summary>Nothing of a lockdown stays that was not confirmed.</summary>
public sealed class WayBackTests
{
    /// <summary>
    /// A first apply goes back to nothing; one after a confirmed one goes back to what was confirmed; one that nobody confirmed lets no other
    /// in; and undo by hand is always before the first.
    /// </summary>
    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task It_goes_back_by_itself_to_what_was_before_unless_confirmed(string form)
    {
        using var site = LockdownSite.Make(form is "nftables" ? "/usr/sbin/nft" : "/usr/sbin/iptables");
        var (file, other) = (Path.Combine(site.Folder, "lockdown.sh"), Path.Combine(site.Folder, "other.sh"));
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--output", file).Code);
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--gateway", "192.0.2.77", "--output", other).Code);
        var before = Rules();
        Assert.Contains("# state: not applied", Said(0, file, "show"), StringComparison.Ordinal);
        Said(0, file, "apply", "1");
        await UntilAsync(before);
        Assert.Contains("nothing waits", Said(1, file, "confirm"), StringComparison.Ordinal);
        Assert.Contains("nothing is kept", Said(1, file, "undo"), StringComparison.Ordinal);

        // What an apply left that was killed before it changed anything is not what undo means later.
        var stale = Directory.CreateDirectory(Path.Combine(site.Folder, "keep", "first")).FullName;
        File.WriteAllText(Path.Combine(stale, "table"), "table inet stale {\n}\n");
        foreach (var family in (string[])["iptables", "ip6tables"])
            File.WriteAllText(Path.Combine(stale, family), ":GARITA_IN - [0:0]\n:GARITA_OUT - [0:0]\n");
        Said(0, file, "apply");
        var once = Rules();
        Assert.NotEqual(before, once, StringComparer.Ordinal);
        Assert.Contains("# state: in force, not confirmed", Said(0, file, "show"), StringComparison.Ordinal);
        Assert.Contains("an apply waits for its confirmation", Said(1, other, "apply"), StringComparison.Ordinal);
        Assert.Equal(once, Rules());
        Said(0, file, "confirm");
        Assert.Contains("# state: in force, confirmed on 2", Said(0, file, "show"), StringComparison.Ordinal);

        Said(0, other, "apply", "1");
        Assert.Contains("192.0.2.77", Rules(), StringComparison.Ordinal);
        await UntilAsync(once);
        Assert.Contains("# state: in force, confirmed on 2", Said(0, file, "show"), StringComparison.Ordinal);
        Said(0, other, "apply");
        Said(0, other, "undo");
        Assert.Equal(before, Rules());
        Assert.Contains("# state: not applied", Said(0, file, "show"), StringComparison.Ordinal);

        // The kernel lists the members of the set of flags in an order of its own.
        string Rules() => form is "nftables" ? string.Join('\n', MailSite.In(site.Server, "nft", "-s", "list", "ruleset").Text.Split('\n').Where(static line => !line.Contains("tcp flags & (", StringComparison.Ordinal)))
            : MailSite.In(site.Server, "iptables", "-S").Text + MailSite.In(site.Server, "ip6tables", "-S").Text;

        string Said(int expected, string script, string verb, string wait = "120")
        {
            var (code, said) = LockdownSite.Script(site, script, verb, wait);
            Assert.True(code == expected, said);
            return said;
        }

        async Task UntilAsync(string rules)
        {
            var since = TimeProvider.System.GetTimestamp();
            while (!string.Equals(rules, Rules(), StringComparison.Ordinal) || File.Exists(Path.Combine(site.Folder, "keep", "going-back")))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30), Rules());
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
