using Garita.Gateway.Evidence.Impersonation;
using Garita.Gateway.Evidence.Sender;

namespace Garita.Gateway.Rules;

/// <summary>What is known of a message's author.</summary>
/// <param name="Dmarc">What DMARC says; null where it was not asked, or there is no author's domain.</param>
/// <param name="Impersonation">Who it makes itself out to be.</param>
/// <param name="Forwarder">A trusted forwarder that answers for it, for the record; null for none.</param>
/// <param name="Evidence">What the mechanisms said, for the record.</param>
public sealed record AuthorFacts(DmarcFact? Dmarc, ImpersonationFact? Impersonation, string? Forwarder, string Evidence);
