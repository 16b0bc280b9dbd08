namespace Garita.Protocols.Ldap;

/// <summary>What a message of the server answers (RFC 4511 §4.1.1); the values are the application tags.</summary>
public enum LdapOperation : byte
{
    /// <summary>BindResponse (RFC 4511 §4.2.2).</summary>
    BindResponse = 1,
    /// <summary>SearchResultEntry (RFC 4511 §4.5.2).</summary>
    SearchEntry = 4,
    /// <summary>SearchResultDone (RFC 4511 §4.5.2).</summary>
    SearchDone = 5,
    /// <summary>SearchResultReference (RFC 4511 §4.5.3).</summary>
    SearchReference = 19,
    /// <summary>ExtendedResponse (RFC 4511 §4.12); with message id 0 a notice of the server's own (§4.4).</summary>
    ExtendedResponse = 24,
    /// <summary>IntermediateResponse (RFC 4511 §4.13).</summary>
    IntermediateResponse = 25,
}
