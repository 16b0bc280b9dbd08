using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

/// <summary>Lists of networks that are treated better than strangers: how much they hold.</summary>
internal abstract class GatewayNetworksCheck : GatewaySettingsCheck
{
    public override Measure Measure => Measure.Firewall;

    public override IReadOnlyList<string> References => ["NIST SP 800-41 §4.2", "NIST SP 800-45 §6"];

    public override string Expected => $"{string.Join(", ", Lists)} of [networks]: none wider than /24 (IPv4) or /64 (IPv6); wider than /16 or /48 never";

    public override string Mend => "list the addresses that need it in place of the whole network; garita reload";

    /// <summary>The keys.</summary>
    protected abstract IReadOnlyList<string> Lists { get; }

    protected sealed override Finding Look(View host, GaritaSettings settings)
    {
        var (fails, warnings, count) = (new List<string>(), new List<string>(), 0);
        foreach (var (_, networks) in settings.Tables("networks"))
        {
            foreach (var list in Lists)
            {
                foreach (var name in networks.Texts(list))
                {
                    count++;
                    if (!Networks.TryParse(name, out var network))
                        throw new CannotLookException($"{list}: {name} is no network");
                    // All private networks of one kind are often named whole: a person should look, but no stranger has such an address.
                    var width = Networks.Width(network);
                    if (width is NetworkWidth.TooWide && !(Networks.IsInternal(network.BaseAddress) && network.PrefixLength >= 8))
                        fails.Add($"{list} has {name}");
                    else if (width is not NetworkWidth.Narrow)
                        warnings.Add($"{list} has {name}");
                }
            }
        }
        return Judge(fails, warnings, count == 0 ? "none listed" : "none wider than one wire");
    }
}
