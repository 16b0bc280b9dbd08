namespace Garita.SenderAuth.Spf;

/// <summary>The result of an SPF check (RFC 7208 §2.6).</summary>
public enum SpfResult : byte
{
    /// <summary>No domain to check, or no record.</summary>
    None,
    /// <summary>The domain asserts nothing of the client.</summary>
    Neutral,
    /// <summary>The client may send for the domain.</summary>
    Pass,
    /// <summary>The client may not send for the domain.</summary>
    Fail,
    /// <summary>The client probably may not.</summary>
    SoftFail,
    /// <summary>DNS did not answer.</summary>
    TempError,
    /// <summary>The domain's records cannot be interpreted.</summary>
    PermError,
}

/// <summary>Names of the results.</summary>
public static class SpfResultNames
{
    /// <summary>The name as the RFC writes it (RFC 7208 §2.6).</summary>
    /// <param name="result">The result.</param>
    public static string Name(this SpfResult result) => result switch
    {
        SpfResult.Neutral => "neutral",
        SpfResult.Pass => "pass",
        SpfResult.Fail => "fail",
        SpfResult.SoftFail => "softfail",
        SpfResult.TempError => "temperror",
        SpfResult.PermError => "permerror",
        _ => "none",
    };
}
