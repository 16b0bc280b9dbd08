namespace Garita.Gateway.Recipients.Ldap;

/// <summary>Why a directory could not be asked.</summary>
internal enum LdapFault : byte
{
    /// <summary>No connection.</summary>
    Connect,
    /// <summary>No TLS, or none that can be believed.</summary>
    Tls,
    /// <summary>Wrong name or password: asking again makes it worse, accounts get locked.</summary>
    Credentials,
    /// <summary>The password cannot be read here, or the CA file.</summary>
    Settings,
    /// <summary>The server said no.</summary>
    Refused,
    /// <summary>It took too long.</summary>
    Timeout,
    /// <summary>The connection ended.</summary>
    Lost,
    /// <summary>What came is not LDAP, or beyond the bounds.</summary>
    Garbage,
}

/// <summary>A directory could not be asked; the message is for the administrator and holds no unsafe text.</summary>
internal sealed class LdapException(LdapFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    internal LdapFault Fault { get; } = fault;

    /// <summary>Whether another server may do better.</summary>
    internal bool MayFailOver => Fault is not (LdapFault.Credentials or LdapFault.Settings);
}
