using Garita.Hardening.Host;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixTrustedNetworks : PostfixCheck
{
    public override string Id => "postfix-trusted-networks";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix trusts no more networks than it has to";

    public override string Why => "Who is in mynetworks may send to the whole world without a password: one infected computer there is enough.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "Postfix BASIC_CONFIGURATION_README"];

    public override string Expected => "mynetworks of this host and single networks, none wider than /24 (IPv4) or /64 (IPv6)";

    public override string Mend => "postconf -e 'mynetworks=127.0.0.0/8 [::1]/128' and only those who have to send without a password; then postfix reload";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        if (!postfix.Given.ContainsKey("mynetworks"))
        {
            var style = postfix.Known("mynetworks_style");
            return style switch
            {
                "host" => Finding.Pass("mynetworks_style = host"),
                "class" => Finding.Fail("mynetworks_style = class: all of the provider's network"),
                _ => Finding.Warning($"mynetworks_style = {style}: everybody on the same wire"),
            };
        }
        var width = NetworkWidth.Narrow;
        foreach (var service in postfix.Servers)
        {
            foreach (var item in PostfixSettings.Items(postfix.Known("mynetworks", service)))
            {
                if (item.StartsWith('!'))
                    continue;
                if (!Networks.TryParse(item, out var network))
                    throw new CannotLookException($"mynetworks names {item}, which is not looked into");
                var own = string.Equals(network.ToString(), "fe80::/64", StringComparison.Ordinal) ? NetworkWidth.Narrow : Networks.Width(network);
                width = own > width ? own : width;
            }
        }
        var found = "mynetworks = " + string.Join(" / ", postfix.Servers.Select(service => postfix.Known("mynetworks", service)).Distinct(StringComparer.Ordinal));
        return width switch
        {
            NetworkWidth.Narrow => Finding.Pass(found),
            NetworkWidth.Wide => Finding.Warning(found),
            _ => Finding.Fail(found),
        };
    }
}
