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
    }

    internal GatewaySettings Settings { get; }

    /// <summary>How the memory budget is divided.</summary>
    internal MemoryPlan Memory { get; }

    internal ExceptionSet Exceptions { get; }

    /// <summary>Names that only we may use in HELO.</summary>
    internal FrozenSet<string> OwnNames { get; }
}
