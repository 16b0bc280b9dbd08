using System.Buffers;
using Garita.Gateway.Recipients.CallAhead;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// One question to a mail server: MAIL with the null reverse-path, so that nothing can ever come of it, RCPT, RSET. It has no way to say DATA.
/// </summary>
internal sealed class BackendProbe(BackendPool pool, BackendConnection connection, Mailbox recipient, ClientIdentity client, long limit)
{
    private static readonly byte[] Rset = "RSET\r\n"u8.ToArray();

    /// <summary>Whether any answer to this question came.</summary>
    internal bool IsAnswered { get; private set; }

    /// <summary>Whether the connection is fit for another question.</summary>
    internal bool IsClean { get; private set; }

    /// <summary>Asks.</summary>
    /// <exception cref="BackendException">The connection failed.</exception>
    internal async ValueTask<ProbeAnswer> RunAsync()
    {
        // 1. A connection that is open.
        if (!connection.IsOpen)
            await connection.OpenAsync(client, limit);
        connection.Transactions++;
        var can = connection.Can;
        pool.Learn(can);
        // RFC 6531 §3.1: an international address only where that is offered; the real mail could not go there either.
        if (!recipient.IsAscii && !can.SmtpUtf8)
        {
            IsClean = true;
            return ProbeAnswer.CannotTell;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(3 * CommandWriter.MaxCommand);
        try
        {
            connection.Expect(BackendTimes.Envelope, limit);
            var mail = CommandWriter.WriteMail(buffer, null, null, MailBody.None, smtpUtf8: !recipient.IsAscii, DsnReturn.None, null, can);
            var rcpt = CommandWriter.WriteRcpt(buffer.AsSpan(mail), recipient, DsnNotify.None, null, can);
            Rset.CopyTo(buffer, mail + rcpt);
            // RFC 2920 §3.1: in one group only where that is offered.
            return can.Pipelining
                ? await AskAtOnceAsync(buffer.AsMemory(0, mail + rcpt + Rset.Length))
                : await AskOneByOneAsync(buffer.AsMemory(0, mail), buffer.AsMemory(mail, rcpt));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<ProbeAnswer> AskAtOnceAsync(ReadOnlyMemory<byte> group)
    {
        await connection.SendAsync(group);
        var mail = await ReadAsync();
        var rcpt = await ReadAsync();
        IsClean = (await ReadAsync()).Code == 250;
        return mail.IsPositive ? Judge(rcpt) : ProbeAnswer.CannotTell;
    }

    private async ValueTask<ProbeAnswer> AskOneByOneAsync(ReadOnlyMemory<byte> mail, ReadOnlyMemory<byte> rcpt)
    {
        var answer = ProbeAnswer.CannotTell;
        await connection.SendAsync(mail);
        if ((await ReadAsync()).IsPositive)
        {
            await connection.SendAsync(rcpt);
            answer = Judge(await ReadAsync());
        }

        await connection.SendAsync(Rset);
        IsClean = (await ReadAsync()).Code == 250;
        return answer;
    }

    private async ValueTask<ServerReply> ReadAsync()
    {
        var reply = await connection.ReadReplyAsync();
        // RFC 5321 §3.8: it closes, of itself; nothing was said of the recipient.
        if (reply.Code == 421)
            throw new BackendException(BackendFault.Lost, "it answered 421 to a call-ahead");
        if (reply.IsIntermediate)
            throw new BackendException(BackendFault.Garbage, $"it answered {reply.Code} to a call-ahead");
        IsAnswered = true;
        return reply;
    }

    private static ProbeAnswer Judge(ServerReply reply) => reply switch
    {
        { IsPositive: true } => ProbeAnswer.Yes,
        { IsPermanent: true } => IsOfAddress(reply) ? ProbeAnswer.No : ProbeAnswer.Undecided,
        _ => ProbeAnswer.CannotTell,
    };

    // RFC 3463 §3.2: 5.1.x is about the address, 5.2.1 a mailbox that takes nothing; 5.4.1 is Exchange's edge blocking. Without such a code
    // RFC 5321 §4.2.3 has 550, 551 and 553 for the mailbox. A full one (552), a policy (5.7.x) or a server's trouble says nothing of who exists.
    private static bool IsOfAddress(ServerReply reply) => reply.Enhanced is { } code
        ? code is { Subject: 0 or 1 } or { Subject: 2, Detail: 1 } or { Subject: 4, Detail: 1 }
        : reply.Code is 550 or 551 or 553;
}
