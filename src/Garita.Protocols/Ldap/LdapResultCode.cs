namespace Garita.Protocols.Ldap;

/// <summary>Result codes that are told apart (RFC 4511 §4.1.9, appendix A); others keep their number.</summary>
public enum LdapResultCode
{
    /// <summary>It worked.</summary>
    Success = 0,
    /// <summary>The server's own state is wrong.</summary>
    OperationsError = 1,
    /// <summary>It took longer than asked or allowed.</summary>
    TimeLimitExceeded = 3,
    /// <summary>There are more entries than asked or allowed.</summary>
    SizeLimitExceeded = 4,
    /// <summary>TLS or a stronger bind is wanted.</summary>
    StrongerAuthRequired = 8,
    /// <summary>Another server has it; not followed.</summary>
    Referral = 10,
    /// <summary>The server's own limit.</summary>
    AdminLimitExceeded = 11,
    /// <summary>A control that is critical is unknown: no paging there.</summary>
    UnavailableCriticalExtension = 12,
    /// <summary>TLS is wanted first.</summary>
    ConfidentialityRequired = 13,
    /// <summary>There is no such base.</summary>
    NoSuchObject = 32,
    /// <summary>The DN breaks the grammar.</summary>
    InvalidDnSyntax = 34,
    /// <summary>Wrong name or password.</summary>
    InvalidCredentials = 49,
    /// <summary>The name may not do that.</summary>
    InsufficientAccessRights = 50,
    /// <summary>Try later.</summary>
    Busy = 51,
    /// <summary>It is going down, or its store is.</summary>
    Unavailable = 52,
    /// <summary>It does not want to.</summary>
    UnwillingToPerform = 53,
}
