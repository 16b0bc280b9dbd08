namespace Garita.Gateway.Evidence.Impersonation;

/// <summary>In which way a domain is like one of the tenant's.</summary>
public enum Likeness : byte
{
    /// <summary>Its letters can be taken for the other's (UTS #39): <c>exarnple.com</c>, <c>ехample.com</c>.</summary>
    Confusable,
    /// <summary>One letter differs, is missing or swapped; in longer names two.</summary>
    NearlySame,
    /// <summary>The same name under another suffix: <c>example.co</c>.</summary>
    OtherSuffix,
    /// <summary>The name with something put to it: <c>example-support.com</c>.</summary>
    Addition,
    /// <summary>The whole domain as the beginning of another: <c>example.com.evil.net</c>.</summary>
    Beginning,
}

/// <summary>A domain from outside that is like one of the tenant's.</summary>
/// <param name="Domain">The domain from outside, A-labels.</param>
/// <param name="Own">The tenant's.</param>
/// <param name="Likeness">In which way.</param>
public sealed record LookAlikeFact(string Domain, string Own, Likeness Likeness);
