using System.Runtime.InteropServices;

namespace Garita.Gateway.Rules;

/// <summary>Why a connection may not come or stay.</summary>
public enum AdmissionFault : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Too many connections at once from one client or network.</summary>
    Connections,
    /// <summary>Too many connections, messages, recipients or handshakes within a time.</summary>
    Rate,
    /// <summary>Too many messages or recipients for one tenant within a time, from all clients together.</summary>
    TenantRate,
    /// <summary>All places are taken, and this one is worth least.</summary>
    LeastWorth,
    /// <summary>Slower than any honest client.</summary>
    Slow,
}

/// <summary>What is known when a connection comes, and while it stays.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Counted">How many of what.</param>
/// <param name="Most">How many there may be.</param>
/// <param name="What">Of what, in our own words: "connections", "messages", "recipients", "TLS handshakes".</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AdmissionFacts(AdmissionFault Fault, int Counted, int Most, string What);
