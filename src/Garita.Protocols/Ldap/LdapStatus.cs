namespace Garita.Protocols.Ldap;

/// <summary>What the octets of a directory server are so far.</summary>
public enum LdapStatus : byte
{
    /// <summary>The beginning of a message; more octets decide.</summary>
    Incomplete,
    /// <summary>A whole message.</summary>
    Message,
    /// <summary>No message of RFC 4511, and more octets do not make it one.</summary>
    Malformed,
    /// <summary>A message, value or number of things beyond the bounds.</summary>
    TooLarge,
}
