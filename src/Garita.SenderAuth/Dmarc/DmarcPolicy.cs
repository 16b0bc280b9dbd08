namespace Garita.SenderAuth.Dmarc;

/// <summary>What a domain asks to do with mail that uses its name and fails (RFC 9989 §4.7, tags <c>p</c>, <c>sp</c>, <c>np</c>), from mild to severe.</summary>
public enum DmarcPolicy : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>To take it for suspicious.</summary>
    Quarantine,
    /// <summary>To refuse it.</summary>
    Reject,
}

/// <summary>The result of a check (RFC 9989 §9.2).</summary>
public enum DmarcResult : byte
{
    /// <summary>No policy record applies to the author's domain, or there is no author's domain.</summary>
    None,
    /// <summary>An authenticated domain is aligned with the author's.</summary>
    Pass,
    /// <summary>None is.</summary>
    Fail,
    /// <summary>DNS did not answer, so that it can be told neither.</summary>
    TempError,
    /// <summary>The policy record that applies cannot be interpreted.</summary>
    PermError,
}

/// <summary>Names of policies and results.</summary>
public static class DmarcNames
{
    /// <summary>The policy's word in records, fields and reports.</summary>
    /// <param name="policy">The policy.</param>
    public static string Name(this DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Quarantine => "quarantine",
        DmarcPolicy.Reject => "reject",
        _ => "none",
    };

    /// <summary>The result's word in fields (RFC 9989 §9.2).</summary>
    /// <param name="result">The result.</param>
    public static string Name(this DmarcResult result) => result switch
    {
        DmarcResult.Pass => "pass",
        DmarcResult.Fail => "fail",
        DmarcResult.TempError => "temperror",
        DmarcResult.PermError => "permerror",
        _ => "none",
    };
}
