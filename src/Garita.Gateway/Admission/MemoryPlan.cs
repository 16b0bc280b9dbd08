using Garita.Gateway.Settings;

namespace Garita.Gateway.Admission;

/// <summary>
/// How the one memory budget is divided: a quarter for messages, half for TLS connections, an eighth for connections as such; the rest is
/// the program's own. What a connection takes was measured (bench/README.md).
/// </summary>
/// <param name="Whole">All of Garita, octets.</param>
internal readonly record struct MemoryPlan(long Whole)
{
    /// <summary>What an idle connection takes in the process, octets.</summary>
    internal const int PerConnection = 3 * 1024;

    /// <summary>What TLS takes besides, octets: fresh 30 kB, up to 63 kB after long records, which OpenSSL does not give back.</summary>
    internal const int PerTls = 34 * 1024;

    private const long MostByDefault = 1L << 30;

    /// <summary>Octets of messages in memory.</summary>
    internal long Letters => Whole / 4;

    /// <summary>Octets for messages and connections in all.</summary>
    internal long ForMail => Whole / 8 * 7;

    /// <summary>TLS connections that fit.</summary>
    internal int TlsConnections => (int)Math.Clamp(Whole / 2 / PerTls, 1, int.MaxValue);

    /// <summary>Connections that fit.</summary>
    internal int Connections => (int)Math.Clamp(Whole / 8 / PerConnection, 16, int.MaxValue);

    /// <summary>The plan for what is set, else for what the control group or the machine allows.</summary>
    internal static MemoryPlan For(MemorySettings settings) =>
        new(settings.Budget > 0 ? settings.Budget : Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, MostByDefault));
}
