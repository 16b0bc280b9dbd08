namespace Garita.Hardening.Firewall;

/// <summary>What a rule does with a packet.</summary>
internal enum FilterAction
{
    /// <summary>Nothing that decides.</summary>
    Continue,

    /// <summary>Lets it in.</summary>
    Accept,

    /// <summary>Throws it away, with or without an answer.</summary>
    Drop,

    /// <summary>Goes on in another chain, and comes back.</summary>
    Jump,

    /// <summary>Goes on in another chain, and comes back to where this one was called.</summary>
    Goto,

    /// <summary>Goes back to the calling chain.</summary>
    Return,
}

/// <summary>An action with the chain that it goes to.</summary>
/// <param name="Action">The action.</param>
/// <param name="Target">The chain, for jump and goto.</param>
internal sealed record FilterVerdict(FilterAction Action, string Target = "");

/// <summary>A rule: for a packet, how likely it applies and what it then does.</summary>
/// <param name="Decide">The answer.</param>
/// <param name="Logs">Whether it writes a log line.</param>
/// <param name="IsOpaque">Whether it has parts that only iptables can show.</param>
/// <param name="Body">What it is, to compare with others.</param>
internal sealed record FilterRule(Func<Probe, (Likelihood Applies, FilterVerdict Verdict)> Decide, bool Logs, bool IsOpaque, string Body);
