using System.Collections.Frozen;
using Garita.Gateway.Admission;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>A settings snapshot with what sessions need made of it once.</summary>
internal sealed class Policy
{
    internal Policy(GatewaySettings settings)
    {
        Settings = settings;
        Memory = MemoryPlan.For(settings.Memory);
        Exceptions = ExceptionSet.Make(settings.Exceptions);
        HashSet<string> own = [settings.Hostname];
        foreach (var listener in settings.Listeners)
        {
            foreach (var bind in listener.Bind)
                own.Add(bind.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[IPv6:{bind.Address}]" : $"[{bind.Address}]");
        }

        OwnNames = own.ToFrozenSet(StringComparer.Ordinal);
        JudgesSenderDomain = IsOn("sender-domain");
        JudgesSpf = IsOn("spf");
        AuthenticatesAuthors = IsOn("dmarc") || IsOn("look-alike") || settings.Dmarc.ReportFrom is not null;
        AsksDnsbl = settings.Dnsbl.Zones.Count > 0 && IsOn("dnsbl");
        CountsBySpf = IsOn("harvest") || IsOn("distributed-harvest");
    }

    internal GatewaySettings Settings { get; }

    /// <summary>How the memory budget is divided.</summary>
    internal MemoryPlan Memory { get; }

    internal ExceptionSet Exceptions { get; }

    /// <summary>Names that only we may use in HELO.</summary>
    internal FrozenSet<string> OwnNames { get; }

    /// <summary>Whether the rule <c>sender-domain</c> is on for any tenant: at MAIL nobody knows yet whose mail it will be.</summary>
    internal bool JudgesSenderDomain { get; }

    /// <summary>Whether there are DNS lists, and the rule <c>dnsbl</c> is on for any tenant.</summary>
    internal bool AsksDnsbl { get; }

    /// <summary>Whether the rule <c>spf</c> is on for any tenant.</summary>
    internal bool JudgesSpf { get; }

    /// <summary>Whether a rule that asks who authenticates the author (<c>dmarc</c>, <c>look-alike</c>) is on for any tenant, or reports are made.</summary>
    internal bool AuthenticatesAuthors { get; }

    /// <summary>Whether a harvest rule is on for any tenant: they count, trust and let through by the sender's domain where SPF passed for it.</summary>
    internal bool CountsBySpf { get; }

    private bool IsOn(string slug)
    {
        var rule = RuleCatalogue.BySlug[slug];
        return Settings.Tenants.Any(tenant => tenant.Rules[rule] != RuleMode.Off);
    }
}
