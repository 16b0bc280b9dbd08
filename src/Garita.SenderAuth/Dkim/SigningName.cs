using System.Text;
using Garita.Protocols.Address;

namespace Garita.SenderAuth.Dkim;

/// <summary>In whose name we sign.</summary>
internal sealed class SigningName
{
    /// <summary>Takes a domain and a selector.</summary>
    /// <exception cref="ArgumentException">One of them is none.</exception>
    internal SigningName(string domain, string selector)
    {
        if (!DomainName.TryNormalize(Encoding.UTF8.GetBytes(domain), smtpUtf8: true, out var normalized))
            throw new ArgumentException("no domain", nameof(domain));
        if (!DkimSignature.IsSelector(selector))
            throw new ArgumentException("no selector", nameof(selector));
        (Domain, Selector) = (normalized!, selector);
    }

    /// <summary>The domain, A-labels in lower case.</summary>
    internal string Domain { get; }

    /// <summary>The selector, lower case.</summary>
    internal string Selector { get; }
}
