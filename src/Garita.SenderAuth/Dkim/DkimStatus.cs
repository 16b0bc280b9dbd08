namespace Garita.SenderAuth.Dkim;

/// <summary>What came of one signature, as RFC 8601 §2.7.1 names it.</summary>
public enum DkimStatus : byte
{
    /// <summary>There is no signature.</summary>
    None,
    /// <summary>The signature is good.</summary>
    Pass,
    /// <summary>The signature does not fit the message, or is past its time.</summary>
    Fail,
    /// <summary>It is made in a way that is not accepted: SHA-1, or a key that is too short or too long (RFC 8301).</summary>
    Policy,
    /// <summary>An algorithm or canonicalisation that is not known here.</summary>
    Neutral,
    /// <summary>DNS does not answer.</summary>
    TempError,
    /// <summary>The signature or its key breaks the grammar, is missing or revoked, or does not belong together.</summary>
    PermError,
}

/// <summary>Names of the results.</summary>
public static class DkimStatusNames
{
    /// <summary>The name as fields write it (RFC 8601 §2.7.1).</summary>
    /// <param name="status">The result.</param>
    public static string Name(this DkimStatus status) => status switch
    {
        DkimStatus.Pass => "pass",
        DkimStatus.Fail => "fail",
        DkimStatus.Policy => "policy",
        DkimStatus.Neutral => "neutral",
        DkimStatus.TempError => "temperror",
        DkimStatus.PermError => "permerror",
        _ => "none",
    };
}
