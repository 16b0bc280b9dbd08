using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Rules;
using Garita.Protocols.ProxyProtocol;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>The PROXY header on a listener that is configured for it: required from the listed networks, refused from all others.</summary>
internal static class ProxyStep
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Reads the header before anything else is said.</summary>
    /// <returns>False when the session is over.</returns>
    internal static async ValueTask<bool> ReadAsync(SmtpSession session)
    {
        // Others may use the listener, without a header.
        if (!Contains(session.Listener.ProxyProtocolFrom, session.Connection.Address))
            return true;

        session.SetDeadline(Timeout);
        while (true)
        {
            if (session.HasBufferedInput)
            {
                var status = ProxyHeaderReader.Read(session.BufferedInput, out var header, out var consumed);
                if (status == ProxyStatus.Malformed || (status == ProxyStatus.Incomplete && session.BufferedInput.Length >= ProxyHeaderReader.MaxV2))
                    return await RefuseAsync(session);
                if (status == ProxyStatus.Header)
                {
                    session.Consume(consumed);
                    session.ClearDeadline();
                    if (header.IsLocal || header.Source is not { } source)
                    {
                        session.OnlyQuit = true;
                        return true;
                    }

                    session.Connection.Become(ClientNetwork.Normalize(source.Address, session.Policy.Settings.Networks.Nat64Prefixes), source.Port);
                    return session.CountAnnounced();
                }
            }

            if (!await session.FillAsync())
                return false;
        }
    }

    internal static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        for (var i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(address))
                return true;
        }

        return false;
    }

    private static async ValueTask<bool> RefuseAsync(SmtpSession session)
    {
        await session.FaultAsync(CommandFault.ProxyHeader);
        return false;
    }
}
